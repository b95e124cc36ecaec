// @ts-check
// The settings pane. Theme and shortcuts are kept by the server, devices by this browser.
import { choose, chosen, list, microphoneError, microphoneSentence, openMicrophone } from "../lib/devices.js";
import { part, setAttribute, setText, show } from "../lib/dom.js";
import { gettext, interpolate } from "../lib/i18n.js";
import { showLevel } from "../lib/level.js";
import { tryDevice } from "../lib/tones.js";
import { stopStream } from "../lib/webrtc.js";

/** @typedef {import("./types.js").Panel} Panel */
/** @typedef {{ save: (params: object) => Promise<boolean>, devicesChosen: () => Promise<void>, complain: (text: string) => void }} Doors */

export class Settings {
  #root;
  #doors;
  #stopTest = () => {};
  #tests = 0;

  /** @param {HTMLElement} root @param {Doors} doors */
  constructor(root, doors) {
    this.#root = root;
    this.#doors = doors;
    part(root, "settings-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#save();
    });
    part(root, "microphone-test").addEventListener("click", () => void this.#toggleTest());
    part(root, "speaker-test").addEventListener("click", () => tryDevice(this.#select("speaker").value));
    part(root, "ringer-test").addEventListener("click", () => tryDevice(this.#select("ringer").value));
    part(root, "notifications").addEventListener("click", () => void this.#askForNotifications());
    part(root, "microphone").addEventListener("change", () => this.close());
  }

  /** @param {Panel} panel fills the form with what holds now */
  open(panel) {
    this.#select("theme").value = panel.user.theme;
    this.#checkbox("shortcuts").checked = panel.user.shortcuts;
    setText(part(this.#root, "signed-in-as"), interpolate(gettext("Signed in as %(name)s"), { name: panel.user.username }));
    this.#drawPhone(panel.phone);
    void this.#fill("microphone", "audioinput");
    void this.#fill("speaker", "audiooutput");
    void this.#fill("ringer", "audiooutput");
    this.#drawNotifications();
  }

  /** Ends the test of the microphone, one that still waits for the browser's question too. */
  close() {
    this.#tests++;
    this.#stopTest();
  }

  /** @param {string} name */
  #select(name) {
    return /** @type {HTMLSelectElement} */ (part(this.#root, name));
  }

  /** @param {string} name */
  #checkbox(name) {
    return /** @type {HTMLInputElement} */ (part(this.#root, name));
  }

  /** @param {Panel["phone"]} phone chosen by an administrator; nothing can call a desk phone yet */
  #drawPhone(phone) {
    const isDesk = phone.type === "DESK_PHONE";
    this.#checkbox("softphone").checked = !isDesk;
    this.#checkbox("desk-phone").checked = isDesk;
    setText(part(this.#root, "desk-phone-number"), phone.number);
    const who = phone.isLocked ? gettext("Locked by your administrator.") : gettext("Set by your administrator.");
    const where = isDesk
      ? gettext("Desk phones are not called yet: the audio of your calls is in this browser.")
      : gettext("The audio of your calls is in this browser.");
    setText(part(this.#root, "phone-hint"), `${who} ${where}`);
  }

  /** @param {"microphone" | "speaker" | "ringer"} role @param {MediaDeviceKind} kind */
  async #fill(role, kind) {
    const devices = await list(kind);
    const select = this.#select(role);
    const options = [{ id: "", label: gettext("As the system") }, ...devices].map(({ id, label }) => new Option(label, id));
    select.replaceChildren(...options);
    // A device that has gone is not offered; the default stands in for it.
    select.value = devices.some((device) => device.id === chosen(role)) ? chosen(role) : "";
  }

  async #save() {
    this.close();
    choose({
      microphone: this.#select("microphone").value,
      speaker: this.#select("speaker").value,
      ringer: this.#select("ringer").value,
    });
    const saved = await this.#doors.save({ theme: this.#select("theme").value, shortcuts: this.#checkbox("shortcuts").checked });
    if (saved) await this.#doors.devicesChosen();
  }

  async #toggleTest() {
    const button = part(this.#root, "microphone-test");
    if (button.getAttribute("aria-pressed") === "true") return this.#stopTest();
    const test = ++this.#tests;
    try {
      const stream = await openMicrophone(this.#select("microphone").value);
      if (test !== this.#tests) return stopStream(stream);
      const meter = /** @type {HTMLMeterElement} */ (part(this.#root, "level"));
      const stopLevel = showLevel(stream, meter);
      setAttribute(button, "aria-pressed", "true");
      this.#stopTest = () => {
        stopLevel();
        stopStream(stream);
        setAttribute(button, "aria-pressed", "false");
        this.#stopTest = () => {};
      };
    } catch (error) {
      if (test === this.#tests) this.#doors.complain(microphoneSentence(microphoneError(error)));
    }
  }

  async #askForNotifications() {
    await Notification.requestPermission();
    this.#drawNotifications();
  }

  #drawNotifications() {
    const permission = "Notification" in window ? Notification.permission : "missing";
    /** @type {Record<string, string>} */
    const hints = {
      granted: gettext("Notifications are allowed: incoming calls are shown on the desktop."),
      denied: gettext("Notifications are blocked. Allow them beside the address bar; private windows never show them."),
      missing: gettext("This browser shows notifications only on secure pages."),
    };
    show(part(this.#root, "notifications"), permission === "default");
    setText(part(this.#root, "notifications-hint"), hints[permission] ?? gettext("Incoming calls can be shown on the desktop."));
  }
}
