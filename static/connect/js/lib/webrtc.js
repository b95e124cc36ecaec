// @ts-check
// One media leg of this browser: its microphone out, up to four voices in, mixed by the browser itself.

const GATHERING_LIMIT = 1500;
const LISTENING_LINES = 3;
/** What a browser takes for the press of a person; a screen reader makes a click of it. */
export const PRESSES = ["pointerdown", "click", "keydown"];

/** The generation has had its offer; `generation` is the one to offer next. */
export class Stale extends Error {
  /** @param {number} generation */
  constructor(generation) {
    super("stale");
    this.generation = generation;
  }
}

/** Resolves when the local addresses are known, or after 1.5 s with those that are. @param {RTCPeerConnection} peer */
function gathered(peer) {
  return new Promise((resolve) => {
    if (peer.iceGatheringState === "complete") return resolve(undefined);
    const timer = window.setTimeout(resolve, GATHERING_LIMIT);
    peer.addEventListener("icegatheringstatechange", () => {
      if (peer.iceGatheringState !== "complete") return;
      window.clearTimeout(timer);
      resolve(undefined);
    });
  });
}

/**
 * @typedef {{ speaker?: string, onState?: (state: RTCPeerConnectionState) => void, onBlocked?: () => void }} Options
 *   onBlocked: `isBlocked` has changed
 */

export class Line {
  #peer = new RTCPeerConnection({ iceServers: [], bundlePolicy: "max-bundle" });
  #options;
  #silent = false;
  /** @type {HTMLAudioElement[]} */ #players = [];
  /** @type {Set<HTMLAudioElement>} */ #held = new Set();

  /** @param {MediaStream} stream the microphone, which outlives the line @param {Options} options */
  constructor(stream, options = {}) {
    this.#options = options;
    this.#peer.ontrack = (event) => this.#play(event.track);
    this.#peer.onconnectionstatechange = () => this.#tell(this.#peer.connectionState);
    this.#peer.addTransceiver(stream.getAudioTracks()[0], { direction: "sendrecv", streams: [stream] });
    for (let line = 0; line < LISTENING_LINES; line++) this.#peer.addTransceiver("audio", { direction: "recvonly" });
  }

  get isUp() {
    return this.#peer.connectionState === "connected";
  }

  /** Whether the browser wants a press before it plays. */
  get isBlocked() {
    return this.#held.size > 0;
  }

  /** @returns {Promise<string>} the offer, with every address of this machine in it */
  async offer() {
    await this.#peer.setLocalDescription(await this.#peer.createOffer());
    await gathered(this.#peer);
    return this.#peer.localDescription?.sdp ?? "";
  }

  /** @param {string} sdp */
  async answer(sdp) {
    await this.#peer.setRemoteDescription({ type: "answer", sdp });
    this.#watchGoodbye();
  }

  /** Nothing is heard of this line while it is silent. @param {boolean} silent */
  setSilent(silent) {
    this.#silent = silent;
    for (const player of this.#players) player.muted = silent;
  }

  /** Sends a digit as RFC 4733 events. @param {string} digit @returns {boolean} false when the line cannot yet */
  sendDigit(digit) {
    const dtmf = this.#peer.getSenders()[0]?.dtmf;
    if (!dtmf?.canInsertDTMF) return false;
    // Keeps what is still to be sent: a new call replaces the buffer.
    dtmf.insertDTMF(dtmf.toneBuffer + digit, 100, 70);
    return true;
  }

  /** Another microphone in the middle of the call. @param {MediaStream} stream */
  async useMicrophone(stream) {
    await this.#peer.getSenders()[0]?.replaceTrack(stream.getAudioTracks()[0]);
  }

  /** @param {string} speaker a device id; empty for the default */
  async useSpeaker(speaker) {
    this.#options = { ...this.#options, speaker };
    await Promise.all(this.#players.map((player) => route(player, speaker)));
  }

  close() {
    this.#options = {};
    this.#peer.close();
    for (const player of this.#players) player.remove();
    this.#players = [];
  }

  /** @param {RTCPeerConnectionState} state */
  #tell(state) {
    this.#options.onState?.(state);
  }

  /** The server's goodbye shows here and not in the state of the connection. */
  #watchGoodbye() {
    const transport = this.#peer.getSenders()[0]?.transport;
    transport?.addEventListener("statechange", () => {
      if (transport.state === "closed") this.#tell("closed");
    });
  }

  /** @param {MediaStreamTrack} track */
  async #play(track) {
    const player = new Audio();
    player.srcObject = new MediaStream([track]);
    player.hidden = true;
    player.muted = this.#silent;
    document.body.append(player);
    this.#players.push(player);
    await route(player, this.#options.speaker ?? "");
    await start(player, (isBlocked) => this.#hold(player, isBlocked));
  }

  /** @param {HTMLAudioElement} player @param {boolean} isHeld */
  #hold(player, isHeld) {
    const before = this.isBlocked;
    if (isHeld) this.#held.add(player);
    else this.#held.delete(player);
    if (this.isBlocked !== before) this.#options.onBlocked?.();
  }
}

/** @param {MediaStream} stream */
export function stopStream(stream) {
  for (const track of stream.getTracks()) track.stop();
}

/** Sends a player to a device; a device that has gone leaves the default. @param {HTMLAudioElement} player @param {string} speaker */
export async function route(player, speaker) {
  if (!("setSinkId" in player)) return;
  try {
    await player.setSinkId(speaker);
  } catch {
    await player.setSinkId("");
  }
}

/**
 * Plays; what a browser that wants a press first has held back is played at the next one, wherever it falls.
 * @param {HTMLAudioElement} player @param {(isBlocked: boolean) => void} tell
 */
export async function start(player, tell) {
  try {
    await player.play();
    tell(false);
  } catch (error) {
    // A line that was closed meanwhile has taken its player away: that is no refusal.
    if (!(error instanceof DOMException && error.name === "NotAllowedError")) return;
    tell(true);
    atNextPress(() => void start(player, tell));
  }
}

/** @param {() => void} act called within the press itself, which is what a browser counts */
function atNextPress(act) {
  const presses = new AbortController();
  const pressed = () => {
    presses.abort();
    act();
  };
  for (const kind of PRESSES) document.addEventListener(kind, pressed, { signal: presses.signal });
}
