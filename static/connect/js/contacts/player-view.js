// @ts-check
// Draws the player.
import { part, setAttribute, setIcon, setText, show } from "../lib/dom.js";
import { gettext, interpolate } from "../lib/i18n.js";
import { holdsWithin } from "./state.js";
import { drawWave } from "./waves.js";
import { clockOf, spokenTime, statusOf } from "./words.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Recording} Recording */

const SIDES = /** @type {const} */ (["agent", "customer"]);
const TRIABLE = ["unreachable", "failed"];

export class View {
  #root;
  /** Its file's waves and holds are drawn. */ #drawn = false;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
  }

  /** @param {State} state */
  draw(state) {
    const { phase, recording } = state;
    const status = part(this.#root, "status");
    setText(status, statusOf(state));
    show(status, status.textContent !== "");
    show(part(this.#root, "again"), TRIABLE.includes(phase));
    show(part(this.#root, "controls"), recording?.state === "available" && recording.url !== null);
    this.#drawDownload(recording);
    if (phase === "ready" && recording) this.#drawFile(recording);
    this.#drawPlay(state);
    this.#drawTime(state);
  }

  /** @param {State} state */
  #drawPlay({ wants, waiting }) {
    const play = part(this.#root, "play");
    setText(part(play, "play-word"), wants ? gettext("Pause") : gettext("Play"));
    setIcon(play, wants ? "hold" : "resume");
    setAttribute(play, "aria-busy", wants && waiting ? "true" : null);
  }

  /** @param {State} state */
  #drawTime({ position, duration }) {
    const slider = /** @type {HTMLInputElement} */ (part(this.#root, "slider"));
    const most = String(duration || 1);
    if (slider.max !== most) slider.max = most;
    slider.value = String(position);
    setAttribute(slider, "aria-valuetext", spokenTime(position, duration));
    setText(part(this.#root, "clock"), clockOf(position, duration));
    this.#root.style.setProperty("--at", `${duration ? (100 * position) / duration : 0}%`);
  }

  /** @param {Recording} recording */
  #drawFile(recording) {
    if (this.#drawn) return;
    this.#drawn = true;
    for (const side of SIDES) this.#drawLane(side, recording);
    const holds = holdsWithin(JSON.parse(document.getElementById("holds")?.textContent ?? "[]"), recording);
    const duration = (recording.duration_ms ?? 0) / 1000 || 1;
    part(this.#root, "holds").replaceChildren(...holds.map((hold) => mark(hold, duration)));
    show(part(this.#root, "legend"), holds.length > 0);
  }

  /** @param {"agent" | "customer"} side @param {Recording} recording */
  #drawLane(side, { peaks, participants }) {
    const lane = part(this.#root, side);
    const recorded = participants.includes(side);
    const wave = lane.querySelector("svg");
    if (recorded && wave) drawWave(wave, peaks?.[side] ?? []);
    if (recorded) return;
    const name = lane.querySelector(".lane-name");
    if (name) setText(name, interpolate(gettext("%(side)s: not recorded"), { side: name.textContent ?? "" }));
    for (const choice of this.#root.querySelectorAll("input[name=channel]")) {
      if (choice instanceof HTMLInputElement && choice.value === side) choice.disabled = true;
    }
  }

  /** The link stands above the player, beside the heading. @param {Recording | null} recording */
  #drawDownload(recording) {
    const link = document.querySelector('[data-part="download"]');
    if (!(link instanceof HTMLAnchorElement)) return;
    const url = recording?.state === "available" ? recording.download_url ?? null : null;
    setAttribute(link, "href", url);
    show(link, url !== null);
  }
}

/** @param {{ from: number, to: number }} hold @param {number} duration @returns {HTMLElement} */
function mark({ from, to }, duration) {
  const element = document.createElement("span");
  element.className = "player-hold";
  element.style.setProperty("--from", `${(100 * from) / duration}%`);
  element.style.setProperty("--length", `${(100 * (to - from)) / duration}%`);
  return element;
}
