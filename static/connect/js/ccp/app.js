// @ts-check
// The Contact Control Panel: puts socket, store, view, softphone and ringer together.
import { announce } from "../lib/announce.js";
import { part } from "../lib/dom.js";
import { gettext } from "../lib/i18n.js";
import { hasKeyboard } from "../lib/shortcuts.js";
import { onNetworkChange } from "../lib/network.js";
import { Refusal, Socket } from "../lib/socket.js";
import { createStore } from "../lib/store.js";
import { correctClock, everySecond, serverNow } from "../lib/ticker.js";
import { toast } from "../lib/toasts.js";
import { sayings } from "./announcements.js";
import { drawBanners } from "./banners.js";
import { endCall } from "./ending.js";
import { listen } from "./gestures.js";
import { initial, isMuted, reduce, ringingContact, wantedLeg } from "./reducer.js";
import { Ringer } from "./ringer.js";
import { Settings } from "./settings.js";
import { softphoneDoors } from "./softphone-doors.js";
import { Softphone } from "./softphone.js";
import { StatusMenu } from "./status-menu.js";
import { Tab } from "./tab.js";
import { View } from "./view.js";

/** @typedef {import("./types.js").State} State */
/** @typedef {import("./types.js").Status} Status */

const HELLO_AGAIN = 2000;
const LOGGED_OUT = 4410;
const RUNG = ["incoming", "connecting"];

export class App {
  #tab = new Tab();
  #ringer = new Ringer((isBlocked) => this.store.dispatch({ type: "ring", isBlocked }));

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.store = createStore(reduce, initial);
    this.view = new View(root);
    this.menu = new StatusMenu(root, (status) => void this.setStatus(status));
    this.settings = new Settings(root, {
      save: (params) => this.#saved(params),
      devicesChosen: () => this.#devicesChosen(),
      complain: (text) => this.complain(text),
    });
    this.socket = new Socket(root.dataset.socket ?? "", this.#socketDoors());
    this.softphone = new Softphone(softphoneDoors(this));
  }

  start() {
    this.store.subscribe((next, previous) => this.#changed(next, previous));
    listen(this);
    everySecond(() => {
      this.view.tick();
      this.#ring();
    });
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.socket.send({ type: "snapshot.get" });
    });
    onNetworkChange(() => this.socket.check());
    this.socket.start();
    void this.softphone.prepare();
  }

  /**
   * Asks the server for something and says why when it refuses.
   * @param {string} name @param {object} params @returns {Promise<boolean>}
   */
  async command(name, params = {}) {
    if (this.store.get().pending.includes(name)) return false;
    this.store.dispatch({ type: "command.sent", name });
    let ok = false;
    try {
      await this.socket.ask({ type: "command", name, params });
      ok = true;
    } catch (error) {
      this.complain(error instanceof Refusal ? error.message : gettext("That did not work. Try again."));
    }
    this.store.dispatch({ type: "command.done", name, ok });
    return ok;
  }

  /** @param {string} name a command about the contact on the screen */
  async aboutContact(name) {
    const { panel } = this.store.get();
    if (!panel?.contact) return;
    if (name === "contact.end") return endCall(this, panel.contact.id);
    if (name === "contact.accept" && !(await this.#microphoneReady())) return;
    await this.command(name, { contact: panel.contact.id });
  }

  /** @param {Status} status */
  async setStatus(status) {
    // The server must know of the microphone before it makes an agent available, so that goes first.
    if (status.type === "routable" && !(await this.#microphoneReady())) return;
    await this.command("agent.set_status", { status: status.id });
  }

  /** @param {string} text */
  complain(text) {
    toast(part(this.root, "toasts"), "error", text);
  }

  /** @param {string} text */
  inform(text) {
    toast(part(this.root, "toasts"), "info", text);
  }

  async #microphoneReady() {
    return this.store.get().softphone.ready || this.softphone.prepare();
  }

  /** @param {object} params */
  async #saved(params) {
    const ok = await this.command("settings.save", params);
    if (ok) toast(part(this.root, "toasts"), "success", gettext("Settings saved."));
    return ok;
  }

  async #devicesChosen() {
    try {
      await this.softphone.useChosenDevices();
    } catch {
      this.complain(gettext("The chosen device could not be used for this call; the call goes on with the one before."));
    }
  }

  #hello() {
    this.socket.send({ type: "hello", panel: this.#tab.id, softphone: this.store.get().softphone });
  }

  /** @returns {import("../lib/socket.js").Listeners} */
  #socketDoors() {
    const { store } = this;
    return {
      onOpen: () => {
        store.dispatch({ type: "link.open" });
        this.#hello();
      },
      onMessage: (message) => {
        if (message.type === "snapshot") correctClock(message.now);
        if (["snapshot", "taken"].includes(message.type)) store.dispatch(message);
        if (message.type === "copied" && this.#tab.copied(message.panel)) this.#hello();
        // The hello is refused while the server's database is away.
        if (message.type === "result") window.setTimeout(() => this.#hello(), HELLO_AGAIN);
      },
      onTrouble: (kind) => store.dispatch({ type: "link.trouble", kind }),
      onClosed: (code) => {
        store.dispatch({ type: "link.closed", code });
        // Offline was chosen, and logs out: there is nothing more to do here.
        if (code === LOGGED_OUT) location.assign(`${/** @type {HTMLAnchorElement} */ (part(this.root, "sign-in")).href}&offline`);
      },
    };
  }

  /** @param {State} next @param {State} previous */
  #changed(next, previous) {
    this.view.draw(next);
    drawBanners(this.root, next);
    const { panel } = next;
    if (panel) this.menu.draw(panel);
    if (panel) document.documentElement.dataset.theme = panel.user.theme;
    this.softphone.sync(wantedLeg(next), { muted: isMuted(next), silent: next.ending !== "" });
    this.#ring();
    if (next.softphone !== previous.softphone) this.#hello();
    if (next.pane !== previous.pane) this.#paneChanged(next);
    if (panel?.activity === "connecting" && previous.panel && !RUNG.includes(previous.panel.activity)) this.#ringer.chime();
    for (const { level, text } of sayings(next, previous)) announce(level, text);
    if (panel?.activity === "incoming" && previous.panel?.activity !== "incoming") this.#offerFocus();
  }

  #ring() {
    this.#ringer.sync(ringingContact(this.store.get(), serverNow()));
  }

  /** @param {State} next */
  #paneChanged({ pane, panel }) {
    if (pane === "settings" && panel) {
      this.settings.open(panel);
      document.getElementById("settings-heading")?.focus();
      return;
    }
    this.settings.close();
    part(this.root, "settings-open").focus();
  }

  /** A ringing call gets the focus only where the keyboard already is; it never steals it. */
  #offerFocus() {
    const accept = this.root.querySelector('[data-command="contact.accept"]');
    if (accept instanceof HTMLElement && hasKeyboard(this.root)) accept.focus();
  }
}

const root = document.querySelector("[data-panel]");
if (root instanceof HTMLElement) new App(root).start();
