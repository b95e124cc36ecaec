// @ts-check
// The id by which the server knows this browser tab.
import { uuid } from "../lib/dom.js";

const KEY = "connect.panel";

/**
 * Kept over a reload, so that a running call finds its panel again. The entry is out of the store while the page
 * lives: a duplicated tab copies the store, and must not come as the same panel. @returns {string}
 */
export function tabId() {
  try {
    const id = sessionStorage.getItem(KEY) ?? uuid();
    sessionStorage.removeItem(KEY);
    window.addEventListener("pagehide", () => sessionStorage.setItem(KEY, id));
    window.addEventListener("pageshow", () => sessionStorage.removeItem(KEY));
    return id;
  } catch {
    return uuid(); // a frame without storage: the panel is a new one after a reload
  }
}
