// @ts-check
// Microphone, speaker and ringer of this browser. Their ids mean nothing on another machine, so they are the one
// thing about calls that is kept here and not on the server (SR-003).
import { gettext } from "./i18n.js";

/** @typedef {"microphone" | "speaker" | "ringer"} Role */
/** @typedef {{ id: string, label: string }} Device */

const KEY = "connect.devices";

/** @returns {Partial<Record<Role, string>>} */
function remembered() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}");
  } catch {
    return {}; // storage refused by the browser, or spoilt: the defaults do
  }
}

/** The chosen device id; empty for the default. @param {Role} role @returns {string} */
export function chosen(role) {
  return remembered()[role] ?? "";
}

/** @param {Partial<Record<Role, string>>} choice */
export function choose(choice) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...remembered(), ...choice }));
  } catch {
    // Not kept: the choice holds until the page closes only as far as it is in use already.
  }
}

/** @param {MediaDeviceKind} kind @returns {Promise<Device[]>} */
export async function list(kind) {
  if (!navigator.mediaDevices) return [];
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices
    .filter((device) => device.kind === kind && device.deviceId !== "default" && device.deviceId !== "")
    .map((device) => ({ id: device.deviceId, label: device.label || gettext("Unnamed device") }));
}

/** Tests send pure tones, which echo cancellation and noise suppression would take for noise: `?raw-audio=1`. */
function processing() {
  const processed = new URLSearchParams(location.search).get("raw-audio") !== "1";
  return { echoCancellation: processed, noiseSuppression: processed, autoGainControl: processed };
}

/** Opens a microphone; a device that has gone gives way to the default. @param {string} id @returns {Promise<MediaStream>} */
export async function openMicrophone(id = chosen("microphone")) {
  if (!navigator.mediaDevices) throw new DOMException("no secure context", "SecurityError");
  const device = id ? { deviceId: { ideal: id } } : {};
  return navigator.mediaDevices.getUserMedia({ audio: { ...processing(), ...device } });
}

/** The stable code the server is told. @param {unknown} error @returns {string} */
export function microphoneError(error) {
  if (globalThis.isSecureContext === false) return "insecure_context";
  const name = error instanceof Error || error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError") return "microphone_not_shared";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "microphone_not_found";
  return name === "NotReadableError" ? "microphone_in_use" : "microphone_failed";
}

/** What happened and what to do. @param {string} code @returns {string} */
export function microphoneSentence(code) {
  /** @type {Record<string, string>} */
  const sentences = {
    insecure_context: gettext("The browser gives a microphone only to secure pages. Open this page with https, or on this machine by localhost."),
    microphone_not_shared: gettext("The microphone is blocked. Allow it for this site beside the address bar, then try again."),
    microphone_not_found: gettext("No microphone was found. Plug in a headset, then try again."),
    microphone_in_use: gettext("The microphone is in use by another program. Close that program, then try again."),
  };
  return sentences[code] ?? gettext("The microphone could not be started. Unplug the headset, plug it in again, then try again.");
}
