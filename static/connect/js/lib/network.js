// @ts-check
// Tells when this browser has moved to another network: a line over the former one is dead or soon will be.

/** @param {() => void} act */
export function onNetworkChange(act) {
  window.addEventListener("online", act);
  const connection = /** @type {any} */ (navigator).connection;
  let type = connection?.type;
  // The event comes with every new guess of the speed too; only another kind of network is a change.
  connection?.addEventListener?.("change", () => {
    if (connection.type === type) return;
    type = connection.type;
    act();
  });
}
