// @ts-check
// One ticker for the page, and the server's clock. Timers show differences of instants, they never count, so a
// sleeping tab is right again at once.

/** @type {Set<() => void>} */
const watchers = new Set();
let skew = 0;
let timer = 0;

/** @param {string} told the server's "now" of a message that has just arrived */
export function correctClock(told) {
  const instant = Date.parse(told);
  if (!Number.isNaN(instant)) skew = instant - Date.now();
}

/** Milliseconds since the epoch by the server's clock. @returns {number} */
export function serverNow() {
  return Date.now() + skew;
}

/** The present instant as a message tells it: a server that hears it late still knows when it was. @returns {string} */
export function serverInstant() {
  return new Date(serverNow()).toISOString();
}

function beat() {
  for (const watcher of watchers) watcher();
  timer = window.setTimeout(beat, 1000 - (serverNow() % 1000) + 5);
}

/** Calls back now and on every whole second. @param {() => void} watcher @returns {() => void} stops it */
export function everySecond(watcher) {
  watchers.add(watcher);
  if (timer === 0) beat();
  else watcher();
  return () => watchers.delete(watcher);
}
