// @ts-check
// A file that is too large is told at its field, before anything of it is sent.

/** @param {HTMLInputElement} field */
function check(field) {
  const largest = Number(field.dataset.largest);
  const isTooLarge = Array.from(field.files ?? []).some((file) => file.size > largest);
  field.setCustomValidity(isTooLarge ? (field.dataset.tooLarge ?? "") : "");
  if (isTooLarge) field.reportValidity();
}

for (const field of document.querySelectorAll("input[type=file][data-largest]")) {
  if (field instanceof HTMLInputElement) field.addEventListener("change", () => check(field));
}
