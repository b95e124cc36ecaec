// @ts-check
// Short messages that do not take the focus: success 4 s, information 6 s, errors until dismissed; at most three.
import { announce } from "./announce.js";
import { fromTemplate, part, setIcon, setText } from "./dom.js";

const KINDS = {
  success: { state: "available", icon: "check", life: 4000 },
  info: { state: "ringing", icon: "info", life: 6000 },
  error: { state: "error", icon: "warning", life: 0 },
};

/** @param {HTMLElement} holder @param {keyof typeof KINDS} kind @param {string} text */
export function toast(holder, kind, text) {
  const { state, icon, life } = KINDS[kind];
  const element = fromTemplate("toast");
  element.dataset.state = state;
  setIcon(element, icon);
  setText(part(element, "text"), text);
  element.querySelector("button")?.addEventListener("click", () => element.remove());
  for (const older of holder.children) if (part(older, "text").textContent === text) older.remove();
  holder.append(element);
  while (holder.children.length > 3) holder.firstElementChild?.remove();
  announce(kind === "error" ? "assertive" : "polite", text);
  if (life > 0) expire(element, life);
}

/** Goes by itself, but not while somebody is reading it. @param {HTMLElement} element @param {number} life */
function expire(element, life) {
  window.setTimeout(() => {
    if (element.matches(":hover, :focus-within")) expire(element, life);
    else element.remove();
  }, life);
}
