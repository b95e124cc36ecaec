// @ts-check
// Sounds made here: keypad feedback, the ringer, a speaker test. WebAudio, no files.
import { PRESSES, route, start } from "./webrtc.js";

const ROWS = [697, 770, 852, 941];
const COLUMNS = [1209, 1336, 1477];
const KEYS = "123456789*0#";

/** @type {AudioContext | null} */
let shared = null;

// Browsers start sound only after a press; whichever comes first opens it for the ringer.
for (const kind of PRESSES) globalThis.document?.addEventListener(kind, () => void shared?.resume(), { capture: true });

function context() {
  shared ??= new AudioContext();
  if (shared.state === "suspended") void shared.resume();
  return shared;
}

/**
 * Plays sine waves together, with soft edges so that they do not click.
 * @param {AudioNode} target @param {number[]} pitches in Hz @param {{ at: number, seconds: number, volume: number }} shape
 */
function chord(target, pitches, { at, seconds, volume }) {
  const gain = new GainNode(target.context, { gain: 0 });
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(volume, at + 0.01);
  gain.gain.setValueAtTime(volume, at + seconds - 0.02);
  gain.gain.linearRampToValueAtTime(0, at + seconds);
  gain.connect(target);
  for (const frequency of pitches) {
    const wave = new OscillatorNode(target.context, { frequency });
    wave.connect(gain);
    wave.start(at);
    wave.stop(at + seconds);
  }
}

/** What the person at the keypad hears; the far end gets events, not this sound. @param {string} digit */
export function keyTone(digit) {
  const place = KEYS.indexOf(digit);
  if (place < 0) return;
  const audio = context();
  const pitches = [ROWS[Math.floor(place / 3)], COLUMNS[place % 3]];
  chord(audio.destination, pitches, { at: audio.currentTime, seconds: 0.12, volume: 0.06 });
}

/** @param {AudioNode} target @param {number} at */
function ringOnce(target, at) {
  chord(target, [659, 831], { at, seconds: 0.35, volume: 0.22 });
  chord(target, [523, 659], { at: at + 0.4, seconds: 0.45, volume: 0.22 });
}

/**
 * Rings on a device until stopped.
 * @param {string} device @param {(isBlocked: boolean) => void} tell whether the browser wants a press first
 * @returns {() => void}
 */
export function ring(device, tell = () => {}) {
  const audio = context();
  const target = new MediaStreamAudioDestinationNode(audio);
  const player = new Audio();
  player.srcObject = target.stream;
  void route(player, device).then(() => start(player, (isBlocked) => player.srcObject && tell(isBlocked)));
  ringOnce(target, audio.currentTime + 0.05);
  const timer = window.setInterval(() => ringOnce(target, audio.currentTime + 0.05), 2400);
  return () => {
    window.clearInterval(timer);
    player.srcObject = null;
    tell(false);
  };
}

/** Rings once, to try a device. @param {string} device */
export function tryDevice(device) {
  const stop = ring(device);
  window.setTimeout(stop, 1500);
}
