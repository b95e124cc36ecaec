// @ts-check
// The id by which the server knows this browser tab.
import { uuid } from "../lib/dom.js";

const KEY = "connect.panel";

/**
 * Kept over a reload, so that a running call finds its panel again. The entry is out of the store while the page
 * lives: a duplicated tab copies the store, and must not come as the same panel. One that was duplicated while another
 * page was open in it does, if both come back to the panel; the server tells the older one.
 */
export class Tab {
  id = uuid(); // in a frame without storage the panel is a new one after a reload

  constructor() {
    try {
      this.id = sessionStorage.getItem(KEY) ?? this.id;
      sessionStorage.removeItem(KEY);
      window.addEventListener("pagehide", () => sessionStorage.setItem(KEY, this.id));
      window.addEventListener("pageshow", () => sessionStorage.removeItem(KEY));
    } catch {
      // It has the id that it has.
    }
  }

  /** Another tab has come with this id. @param {string} id @returns {boolean} whether this one has another from now on */
  copied(id) {
    if (id !== this.id) return false;
    this.id = uuid();
    return true;
  }
}
