// @ts-check
// A file that is too large is refused here already: sending it would take its time for nothing.

const form = document.querySelector('[data-part="upload"]');
const field = form?.querySelector('input[type="file"]');
const complaint = form?.querySelector('[data-part="too-large"]');

/** @param {HTMLInputElement} input */
function isTooLarge(input) {
  const size = input.files?.[0]?.size ?? 0;
  return size > Number(input.dataset.largest);
}

if (field instanceof HTMLInputElement && complaint instanceof HTMLElement) {
  const show = () => {
    complaint.hidden = !isTooLarge(field);
    field.setAttribute("aria-invalid", String(!complaint.hidden));
    return complaint.hidden;
  };
  field.addEventListener("change", show);
  form?.addEventListener("submit", (event) => {
    if (!show()) event.preventDefault();
  });
}
