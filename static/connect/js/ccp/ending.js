// @ts-check
// End call works without the server: silent at once, and the command is repeated until it is answered.
import { gettext } from "../lib/i18n.js";
import { isPassing, Refusal } from "../lib/socket.js";
import { serverInstant } from "../lib/ticker.js";

const HEARD_WITHIN = 3000;
const AGAIN_AFTER = 1000;

/**
 * What of the panel this needs.
 * @typedef {{ complain: (text: string) => void, socket: { ask: (message: object, within: number) => Promise<any> },
 *   store: { get: () => import("./types.js").State, dispatch: (message: import("./types.js").Message) => void } }} App
 */

/** @param {App} app @param {string} contact the id of the contact on the screen */
export async function endCall(app, contact) {
  const { store } = app;
  if (store.get().ending) return;
  const pressedAt = serverInstant();
  // An audio line that is closed is what the other side notices even where nobody hears the command.
  store.dispatch({ type: "ending", ending: store.get().link === "open" ? "asked" : "unheard" });
  while (store.get().ending && store.get().link !== "closed") {
    try {
      const command = { type: "command", name: "contact.end", params: { contact } };
      await app.socket.ask({ ...command, said_at: pressedAt }, HEARD_WITHIN);
      return; // the snapshot that shows the end is here or on its way
    } catch (error) {
      if (!isPassing(error)) return refused(app, error);
      if (store.get().ending) store.dispatch({ type: "ending", ending: "unheard" });
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER));
  }
}

/** @param {App} app @param {unknown} error */
function refused({ store, complain }, error) {
  store.dispatch({ type: "ending", ending: "" });
  complain(error instanceof Refusal ? error.message : gettext("That did not work. Try again."));
}
