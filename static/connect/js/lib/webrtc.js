// @ts-check
// One media leg of this browser: its microphone out, up to four voices in, mixed by the browser itself.

const GATHERING_LIMIT = 1500;
const LISTENING_LINES = 3;

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

export class Line {
  #peer = new RTCPeerConnection({ iceServers: [], bundlePolicy: "max-bundle" });
  #stream;
  #speaker;
  /** @type {HTMLAudioElement[]} */ #players = [];

  /**
   * @param {MediaStream} stream the microphone; the line stops it when it closes
   * @param {{ speaker?: string, onState?: (state: RTCPeerConnectionState) => void }} options
   */
  constructor(stream, { speaker = "", onState = () => {} } = {}) {
    this.#stream = stream;
    this.#speaker = speaker;
    this.#peer.ontrack = (event) => this.#play(event.track);
    this.#peer.onconnectionstatechange = () => onState(this.#peer.connectionState);
    this.#peer.addTransceiver(this.#track(), { direction: "sendrecv", streams: [stream] });
    for (let line = 0; line < LISTENING_LINES; line++) this.#peer.addTransceiver("audio", { direction: "recvonly" });
  }

  get stream() {
    return this.#stream;
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
  }

  /** @param {boolean} silent */
  setMuted(silent) {
    this.#track().enabled = !silent;
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
  async replaceMicrophone(stream) {
    const [track] = stream.getAudioTracks();
    track.enabled = this.#track().enabled;
    await this.#peer.getSenders()[0]?.replaceTrack(track);
    stopStream(this.#stream);
    this.#stream = stream;
  }

  /** @param {string} speaker a device id; empty for the default */
  async useSpeaker(speaker) {
    this.#speaker = speaker;
    await Promise.all(this.#players.map((player) => route(player, speaker)));
  }

  close() {
    this.#peer.onconnectionstatechange = null;
    this.#peer.close();
    stopStream(this.#stream);
    for (const player of this.#players) player.remove();
    this.#players = [];
  }

  #track() {
    return this.#stream.getAudioTracks()[0];
  }

  /** @param {MediaStreamTrack} track */
  async #play(track) {
    const player = new Audio();
    player.srcObject = new MediaStream([track]);
    player.hidden = true;
    document.body.append(player);
    this.#players.push(player);
    await route(player, this.#speaker);
    await start(player);
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

/** Plays; a browser that wants a gesture first gets it from the next press. @param {HTMLAudioElement} player */
export async function start(player) {
  try {
    await player.play();
  } catch {
    document.addEventListener("pointerdown", () => void player.play().catch(() => {}), { once: true });
  }
}
