// @ts-check
// Speaks through the two live regions of the base page.

/** @param {"polite" | "assertive"} level @param {string} sentence */
export function announce(level, sentence) {
  const region = document.getElementById(level);
  if (!region) return;
  region.textContent = "";
  // A region is read when it changes; the pause makes the same sentence a change again.
  window.setTimeout(() => {
    region.textContent = sentence;
  }, 50);
}
