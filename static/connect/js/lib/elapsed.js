// @ts-check
// How long ago something was pressed: what the server hears late still counts from then on.

/** @param {number} at by this browser's clock, in milliseconds @returns {number} */
export const secondsSince = (at) => Math.max(0, (Date.now() - at) / 1000);
