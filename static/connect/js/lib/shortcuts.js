// @ts-check
// Single keys (WCAG 2.1.4): only while focus is inside the panel and not in a field, and they can be switched off.

/** The name of a key press: `a`, `Shift+r`, `?`, `Escape`; null for chords. @param {KeyboardEvent} event */
export function keyName(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return null;
  if (event.key.length !== 1) return event.key;
  const letter = event.key.toLowerCase();
  // Signs such as `?` need Shift on many keyboards; only for letters is it part of the name.
  return event.shiftKey && letter !== letter.toUpperCase() ? `Shift+${letter}` : letter;
}

/** @param {EventTarget | null} target @returns {boolean} */
function isField(target) {
  return target instanceof Element && target.closest("input, select, textarea, dialog, [role=menu], [contenteditable]") !== null;
}

/** @param {HTMLElement} root @returns {boolean} whether the panel has the keyboard */
export function hasKeyboard(root) {
  const active = document.activeElement;
  return document.hasFocus() && (!active || active === document.body || root.contains(active));
}

/**
 * @param {HTMLElement} root
 * @param {{ enabled: () => boolean, actions: Record<string, () => void> }} options keys as `keyName` gives them
 */
export function bindShortcuts(root, { enabled, actions }) {
  document.addEventListener("keydown", (event) => {
    const name = keyName(event);
    if (!name || event.repeat || !enabled() || isField(event.target) || !hasKeyboard(root)) return;
    const action = actions[name];
    if (!action) return;
    event.preventDefault();
    action();
  });
}
