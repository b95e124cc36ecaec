// @ts-check
// Follows an upload that somebody works on; when that is over the page shows what became of it.

const EVERY_MS = 1000;

/** @typedef {{ state: string, done: number, rows: number, is_at_work: boolean }} Facts */

/** @param {HTMLElement} box @returns {Promise<Facts | null>} null: the server is away, later it may not be */
async function ask(box) {
  try {
    const answer = await fetch(box.dataset.address ?? "", { headers: { Accept: "application/json" } });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

/** @param {HTMLElement} box @param {Facts} facts */
function show(box, facts) {
  const bar = box.querySelector('[data-part="bar"]');
  const done = box.querySelector('[data-part="done"]');
  if (bar instanceof HTMLProgressElement) bar.value = facts.done;
  if (done) done.textContent = String(facts.done);
}

/** @param {HTMLElement} box */
async function follow(box) {
  const facts = await ask(box);
  if (facts && !facts.is_at_work) {
    location.reload();
    return;
  }
  if (facts) show(box, facts);
  setTimeout(() => follow(box), EVERY_MS);
}

const box = document.querySelector('[data-part="progress"]');
if (box instanceof HTMLElement) follow(box);
