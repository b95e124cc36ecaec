// @ts-check
// What brings this browser tab back to its call after a reload. The tab's own store: other tabs know nothing of it.

/**
 * @typedef {{ token: string, stage: import("./reducer.js").Stage, since: number, hungUpAt: string }} Ticket
 *   since: when the stage began, by this browser's clock; hungUpAt: when Hang up was pressed, by the
 *   server's, which has not heard it yet; empty: it was not
 */

const key = () => `connect.call:${location.pathname}`;

/** @returns {Ticket | null} */
export function readTicket() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(key()) ?? "null");
    return typeof kept?.token === "string" ? kept : null;
  } catch {
    return null; // storage refused by the browser, or spoilt: a reload ends the call
  }
}

/** @param {Ticket | null} ticket */
export function keepTicket(ticket) {
  try {
    if (ticket) sessionStorage.setItem(key(), JSON.stringify(ticket));
    else sessionStorage.removeItem(key());
  } catch {
    // Not kept: the call goes on, it only does not survive a reload.
  }
}
