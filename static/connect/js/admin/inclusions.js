// @ts-check

/**
 * Which permissions come along with the chosen ones.
 * @param {Iterable<string>} chosen
 * @param {Map<string, string[]>} implies what each brings along by itself
 * @returns {Map<string, string>} each included permission with the one that brings it along
 */
export function inclusions(chosen, implies) {
  /** @type {Map<string, string>} */
  const found = new Map();
  const waiting = [...chosen];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    for (const other of implies.get(name) ?? []) {
      if (!found.has(other)) {
        found.set(other, name);
        waiting.push(other);
      }
    }
  }
  return found;
}
