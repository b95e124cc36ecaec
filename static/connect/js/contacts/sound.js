// @ts-check
// The sound of a recording: one media element, its two channels led to the ears as chosen.

/** @typedef {import("./state.js").Channel} Channel */

const LEFT = 0; // customer
const RIGHT = 1; // agent

/** How loud each channel of the file is in each ear: [customer left, customer right, agent left, agent right]. */
const MIX = /** @type {Record<Channel, number[]>} */ ({
  both: [1, 0, 0, 1],
  customer: [1, 1, 0, 0],
  agent: [0, 0, 1, 1],
});

export class Sound {
  /** @type {HTMLAudioElement} */ element = new Audio();
  /** @type {AudioContext | null} */ #context = null;
  /** @type {GainNode[]} */ #ways = [];
  /** @type {GainNode | null} */ #out = null;
  /** @type {Channel} */ #channel = "both";
  #volume = 1;

  constructor() {
    // Nothing is fetched, and so nothing is written down as played, before somebody plays.
    this.element.preload = "none";
  }

  /** Begins at a place once the file is known. @param {string} url @param {number} position */
  open(url, position) {
    this.element.src = url;
    this.element.currentTime = position;
  }

  /** Within a gesture: browsers give no sound without one. @returns {Promise<void>} */
  async play() {
    this.#build();
    if (this.#context?.state === "suspended") void this.#context.resume();
    await this.element.play();
  }

  /** @param {Channel} channel */
  listenTo(channel) {
    this.#channel = channel;
    this.#ways.forEach((way, index) => way.gain.setValueAtTime(MIX[channel][index], this.#context?.currentTime ?? 0));
  }

  /** @param {number} volume 0 to 1 */
  setVolume(volume) {
    this.#volume = volume;
    this.#out?.gain.setValueAtTime(volume, this.#context?.currentTime ?? 0);
  }

  #build() {
    if (this.#context) return;
    const context = new AudioContext();
    const split = new ChannelSplitterNode(context, { numberOfOutputs: 2 });
    const merge = new ChannelMergerNode(context, { numberOfInputs: 2 });
    const out = new GainNode(context);
    context.createMediaElementSource(this.element).connect(split);
    this.#ways = [LEFT, LEFT, RIGHT, RIGHT].map((from, index) => {
      const way = new GainNode(context);
      split.connect(way, from).connect(merge, 0, index % 2);
      return way;
    });
    merge.connect(out).connect(context.destination);
    this.#context = context;
    this.#out = out;
    this.listenTo(this.#channel);
    this.setVolume(this.#volume);
  }
}
