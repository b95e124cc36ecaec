// @ts-check
// Mouse and keyboard of the player. Keys work while the focus is inside it and leave fields their own meaning.
import { part } from "../lib/dom.js";
import { keyName } from "../lib/shortcuts.js";

/** @typedef {import("./state.js").Message} Message */
/** @typedef {import("./state.js").Channel} Channel */
/** @typedef {{ dispatch: (message: Message) => void, again: () => void, download: () => void }} Wishes */

const SKIP = 10; // seconds, the buttons
const STEP = 5; // seconds, the arrows

/** @param {HTMLElement} root @param {Wishes} wishes */
export function listen(root, { dispatch, again, download }) {
  const slider = field(root, "slider");
  part(root, "play").addEventListener("click", () => dispatch({ type: "toggle" }));
  part(root, "back").addEventListener("click", () => dispatch({ type: "skip", by: -SKIP }));
  part(root, "forward").addEventListener("click", () => dispatch({ type: "skip", by: SKIP }));
  part(root, "again").addEventListener("click", again);
  // It stands beside the heading, outside the player; its link may have lapsed since the page was opened.
  document.querySelector('[data-part="download"]')?.addEventListener("click", (event) => {
    event.preventDefault();
    download();
  });
  slider.addEventListener("input", () => dispatch({ type: "seek", position: Number(slider.value) }));
  const volume = field(root, "volume");
  volume.addEventListener("input", () => dispatch({ type: "volume", volume: Number(volume.value) / 100 }));
  const speed = part(root, "speed");
  speed.addEventListener("change", () => {
    if (speed instanceof HTMLSelectElement) dispatch({ type: "speed", speed: Number(speed.value) });
  });
  root.addEventListener("change", ({ target }) => {
    if (target instanceof HTMLInputElement && target.name === "channel") dispatch({ type: "channel", channel: /** @type {Channel} */ (target.value) });
  });
  listenToLanes(part(root, "lanes"), slider, dispatch);
  listenToKeys(root, slider, dispatch);
}

/** @param {HTMLElement} lanes @param {HTMLInputElement} slider @param {Wishes["dispatch"]} dispatch */
function listenToLanes(lanes, slider, dispatch) {
  lanes.addEventListener("click", (event) => {
    const box = lanes.getBoundingClientRect();
    dispatch({ type: "seek", position: ((event.clientX - box.left) / box.width) * Number(slider.max) });
    slider.focus({ preventScroll: true });
  });
}

/** @param {HTMLElement} root @param {HTMLInputElement} slider @param {Wishes["dispatch"]} dispatch */
function listenToKeys(root, slider, dispatch) {
  root.addEventListener("keydown", (event) => {
    const message = messageFor(event, slider);
    if (!message) return;
    event.preventDefault();
    dispatch(message);
  });
}

/** @param {KeyboardEvent} event @param {HTMLInputElement} slider @returns {Message | null} */
function messageFor(event, slider) {
  const { target } = event;
  const name = keyName(event);
  const isField = target instanceof Element && target !== slider && target.matches("select, input");
  const isButton = target instanceof Element && target.matches("button, a");
  if (name === " " && !isButton && !(isField && target.matches("select, [type=radio]"))) return event.repeat ? null : { type: "toggle" };
  if (isField) return null;
  if (name === "ArrowLeft" || name === "ArrowDown") return { type: "skip", by: -STEP };
  if (name === "ArrowRight" || name === "ArrowUp") return { type: "skip", by: STEP };
  return null;
}

/** @param {HTMLElement} root @param {string} name @returns {HTMLInputElement} */
function field(root, name) {
  const found = part(root, name);
  if (!(found instanceof HTMLInputElement)) throw new Error(`"${name}" is no field.`);
  return found;
}
