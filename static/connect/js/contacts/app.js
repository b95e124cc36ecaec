// @ts-check
// The page of one contact: copying its id, playing its recording.
import { announce } from "../lib/announce.js";
import { part } from "../lib/dom.js";
import { gettext } from "../lib/i18n.js";
import { Player } from "./player.js";

function listenToCopy() {
  const button = part(document, "copy");
  const id = part(document, "contact-id").textContent ?? "";
  // Browsers lend the clipboard to secure pages only.
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(id);
    announce("polite", gettext("The contact id is copied."));
  });
}

listenToCopy();
const root = document.querySelector("[data-player]");
if (root instanceof HTMLElement) new Player(root);
