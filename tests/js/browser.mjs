// A browser of a few lines, for modules that talk to one. Nothing happens in it by itself.

/** A peer that comes up, breaks and says goodbye when the test says so. */
export class FakePeer extends EventTarget {
  static all = [];
  connectionState = "new";
  iceGatheringState = "complete";
  transport = new EventTarget();
  tracks = [];

  constructor() {
    super();
    FakePeer.all.push(this);
  }
  addTransceiver(track) {
    this.tracks.push(track);
  }
  getSenders() {
    return [{ transport: this.transport, dtmf: null, replaceTrack: async (track) => (this.tracks[0] = track) }];
  }
  async createOffer() {
    return {};
  }
  async setLocalDescription() {
    this.localDescription = { sdp: `offer ${FakePeer.all.indexOf(this)}` };
  }
  async setRemoteDescription({ sdp }) {
    this.answer = sdp;
  }
  bring(track) {
    this.ontrack({ track });
  }
  become(state) {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }
  sayGoodbye() {
    this.transport.state = "closed";
    this.transport.dispatchEvent(new Event("statechange"));
  }
  close() {
    this.connectionState = "closed";
  }
}

/** A player in a browser that may want a press before it plays. */
export class FakeAudio {
  static all = [];
  static isAllowed = true;
  plays = false;

  constructor() {
    FakeAudio.all.push(this);
  }
  async play() {
    if (!FakeAudio.isAllowed) throw new DOMException("no press yet", "NotAllowedError");
    this.plays = true;
  }
  remove() {}
}

/** A socket whose other end is the test. */
export class FakeSocket {
  static CONNECTING = 0;
  static OPEN = 1;
  static all = [];
  readyState = FakeSocket.CONNECTING;
  heard = [];

  constructor() {
    FakeSocket.all.push(this);
  }
  open() {
    this.readyState = FakeSocket.OPEN;
    this.onopen?.();
  }
  say(message) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  end(code) {
    this.readyState = 3;
    this.onclose?.({ code });
  }
  send(text) {
    this.heard.push(JSON.parse(text));
  }
  close() {
    this.readyState = 3;
  }
}

/** The stream of a microphone that is open. */
export function microphone() {
  const track = { enabled: true, readyState: "live", stop: () => (track.readyState = "ended") };
  return { getAudioTracks: () => [track], getTracks: () => [track] };
}

/** Devices of this browser: `error` is what opening a microphone fails with, and `last` the one opened last. */
class FakeDevices extends EventTarget {
  error = null;
  last = null;
  opened = 0;

  async getUserMedia() {
    this.opened++;
    if (this.error) throw new DOMException("no microphone", this.error);
    return (this.last = microphone());
  }
  /** A headset goes: the track that was open has ended. */
  async unplug() {
    this.error = "NotFoundError";
    const [track] = this.last.getAudioTracks();
    track.readyState = "ended";
    track.onended?.();
    await settled();
  }
}

/** What is pending goes on until it waits for the test again. */
export async function settled() {
  for (let turn = 0; turn < 100; turn++) await Promise.resolve();
}

/** A new browser. Modules look for one when they are loaded, so this goes before them. */
export function useBrowser() {
  [FakePeer.all, FakeAudio.all, FakeSocket.all, FakeAudio.isAllowed] = [[], [], [], true];
  const [mediaDevices, permission] = [new FakeDevices(), {}];
  const page = Object.assign(new EventTarget(), {
    body: { append: () => {} }, documentElement: { lang: "en" }, getElementById: () => null, querySelector: () => null,
  });
  const navigator = { mediaDevices, permissions: { query: async () => permission } };
  const storage = { getItem: () => null, setItem: () => {}, removeItem: () => {} };
  Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
  Object.assign(globalThis, {
    window: globalThis, document: page, RTCPeerConnection: FakePeer, WebSocket: FakeSocket, Audio: FakeAudio,
    MediaStream: class {}, isSecureContext: true, localStorage: storage, sessionStorage: storage,
    location: { search: "", href: "http://localhost/", pathname: "/" }, addEventListener: () => {},
  });
  return { devices: mediaDevices, permission };
}
