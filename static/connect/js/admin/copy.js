// @ts-check
// Buttons that copy the text of the field they stand beside.

/** @param {HTMLInputElement} field */
async function copy(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    field.select(); // without a clipboard, on plain http, the person presses the keys
    return false;
  }
}

for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!(button instanceof HTMLButtonElement)) continue;
  const field = document.getElementById(button.dataset.copy ?? "");
  const said = document.getElementById(`${button.dataset.copy}-said`);
  if (!(field instanceof HTMLInputElement)) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const done = await copy(field);
    if (said) said.textContent = (done ? button.dataset.done : button.dataset.keys) ?? "";
  });
}
