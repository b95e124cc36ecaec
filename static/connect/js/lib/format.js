// @ts-check
// Durations as people read and hear them.
import { gettext, interpolate, ngettext } from "./i18n.js";

/** @param {number} value @returns {string} */
const two = (value) => String(value).padStart(2, "0");

/** `0:07`, `4:07`, `1:12:04`, `2 d 3:04:05`; never negative. @param {number} seconds @returns {string} */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const days = Math.floor(whole / 86400);
  const hours = Math.floor((whole % 86400) / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = two(whole % 60);
  if (days > 0) return interpolate(gettext("%(days)s d %(time)s"), { days, time: `${hours}:${two(minutes)}:${rest}` });
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** "4 minutes"; changes once a minute so that a reader is not flooded. @param {number} seconds @returns {string} */
export function spoken(seconds) {
  const minutes = Math.max(0, Math.floor(seconds / 60));
  if (minutes === 0) return gettext("less than a minute");
  return interpolate(ngettext("%(count)s minute", "%(count)s minutes", minutes), { count: minutes });
}

/** Seconds from one ISO instant to another. @param {string} from @param {string} to @returns {number} */
export function secondsBetween(from, to) {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}
