// @ts-check
// One store per page: the state changes only through a pure function.

/**
 * @template S, M
 * @param {(state: S, message: M) => S} reduce
 * @param {S} initial
 */
export function createStore(reduce, initial) {
  let state = initial;
  /** @type {Set<(next: S, previous: S) => void>} */
  const watchers = new Set();
  return {
    get: () => state,
    /** @param {M} message */
    dispatch(message) {
      const previous = state;
      state = reduce(state, message);
      if (state !== previous) for (const watcher of watchers) watcher(state, previous);
    },
    /** @param {(next: S, previous: S) => void} watcher */
    subscribe(watcher) {
      watchers.add(watcher);
    },
  };
}
