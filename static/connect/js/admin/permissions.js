// @ts-check
// Ticks what a permission brings along, and says by which one it is included.
import { inclusions } from "./inclusions.js";

/** @param {HTMLElement} editor */
function follow(editor) {
  /** @type {HTMLInputElement[]} */
  const boxes = [...editor.querySelectorAll("input")].filter((box) => !box.disabled);
  const implies = new Map(
    boxes.map((box) => [box.value, (box.dataset.implies ?? "").split(" ").filter(Boolean)]),
  );
  const chosen = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
  const labels = new Map(boxes.map((box) => [box.value, box.ariaLabel]));

  const show = () => {
    const included = inclusions(chosen, implies);
    for (const box of boxes) {
      const by = included.get(box.value);
      box.checked = chosen.has(box.value) || by !== undefined;
      box.disabled = by !== undefined;
      box.title = by === undefined ? "" : `${editor.dataset.included} ${labels.get(by)}`;
    }
  };

  editor.addEventListener("change", ({ target }) => {
    if (!(target instanceof HTMLInputElement)) return;
    if (target.checked) chosen.add(target.value);
    else chosen.delete(target.value);
    show();
  });
  show();
}

for (const editor of document.querySelectorAll("[data-permissions]")) {
  if (editor instanceof HTMLElement) follow(editor);
}
