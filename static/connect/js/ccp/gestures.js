// @ts-check
// What a person does in the panel, by pointer or by key, becomes a command.
import { part } from "../lib/dom.js";
import { bindShortcuts } from "../lib/shortcuts.js";
import { keyTone } from "../lib/tones.js";
import { gettext } from "../lib/i18n.js";
import { buttonsOf, toolsOf } from "./screens.js";

/**
 * What of the panel these gestures need.
 * @typedef {{ root: HTMLElement, inform: (text: string) => void, aboutContact: (name: string) => Promise<void>,
 *   command: (name: string, params?: object) => Promise<boolean>,
 *   softphone: { sendDigit: (digit: string) => boolean, prepare: () => Promise<boolean> },
 *   store: { get: () => import("./types.js").State, dispatch: (message: import("./types.js").Message) => void } }} App
 */
/** @typedef {import("./screens.js").Control} Control */

/** Does it, or says why it cannot be done. @param {App} app @param {Control} control @param {() => void} action */
function tryTo(app, control, action) {
  if (!control.shown || control.busy) return;
  if (control.enabled) action();
  else app.inform(control.reason);
}

/** @param {App} app @param {string} name */
function press(app, name) {
  tryTo(app, buttonsOf(app.store.get())[name], () => void app.aboutContact(name));
}

/** @param {App} app @param {"hold" | "mute"} name */
function pressTool(app, name) {
  const tool = toolsOf(app.store.get())[name];
  tryTo(app, tool, () => void app.aboutContact(tool.command));
}

/** @param {App} app */
function toggleKeypad(app) {
  const { keypad } = toolsOf(app.store.get());
  tryTo(app, keypad, () => app.store.dispatch({ type: "keypad", open: !keypad.on }));
}

/** @param {App} app @param {string} digit */
function dial(app, digit) {
  if (!app.softphone.sendDigit(digit)) return app.inform(gettext("The audio is not connected yet; the digit was not sent."));
  keyTone(digit);
  app.store.dispatch({ type: "digit", digit });
}

/** @param {App} app @param {"contact" | "settings"} pane */
function open(app, pane) {
  if (app.store.get().panel) app.store.dispatch({ type: "pane", pane });
}

/** @param {App} app */
function back(app) {
  const { pane, keypad } = app.store.get();
  if (pane === "settings") open(app, "contact");
  else if (keypad) toggleKeypad(app);
}

function showKeys() {
  const dialog = document.querySelector('dialog[data-part="keys"]');
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
}

/** @param {App} app */
function listenToKeys(app) {
  bindShortcuts(app.root, {
    enabled: () => app.store.get().panel?.user.shortcuts ?? false,
    actions: {
      a: () => press(app, "contact.accept"),
      "Shift+r": () => press(app, "contact.reject"),
      m: () => pressTool(app, "mute"),
      h: () => pressTool(app, "hold"),
      k: () => toggleKeypad(app),
      "Shift+e": () => press(app, "contact.end"),
      c: () => press(app, "contact.clear"),
      "?": showKeys,
    },
  });
  // Going back is no single-character shortcut: it works even where those are switched off.
  bindShortcuts(app.root, { enabled: () => true, actions: { Escape: () => back(app) } });
  app.root.addEventListener("keydown", (event) => {
    if (app.store.get().keypad && /^[0-9*#]$/.test(event.key) && !(event.target instanceof HTMLInputElement)) dial(app, event.key);
  });
}

/** @param {HTMLElement} element @param {() => void} action */
function onClick(element, action) {
  element.addEventListener("click", (event) => {
    // The second half of a double click must not fall on the button that took this one's place.
    if (event.detail < 2) action();
  });
}

/** @param {App} app */
export function listen(app) {
  const { root } = app;
  for (const button of root.querySelectorAll("[data-command]")) {
    if (button instanceof HTMLElement) onClick(button, () => press(app, button.dataset.command ?? ""));
  }
  for (const key of root.querySelectorAll("[data-digit]")) {
    key.addEventListener("click", () => dial(app, key.getAttribute("data-digit") ?? ""));
  }
  onClick(part(root, "tool-hold"), () => pressTool(app, "hold"));
  onClick(part(root, "tool-mute"), () => pressTool(app, "mute"));
  onClick(part(root, "tool-keypad"), () => toggleKeypad(app));
  onClick(part(root, "settings-open"), () => open(app, app.store.get().pane === "settings" ? "contact" : "settings"));
  onClick(part(root, "settings-close"), () => open(app, "contact"));
  onClick(part(root, "keys-open"), showKeys);
  onClick(part(root, "microphone-again"), () => void app.softphone.prepare());
  onClick(part(root, "take-audio"), () => void app.command("panel.take_audio"));
  listenToKeys(app);
}
