// A panel as the server sends it; tests change what they are about.

export const contact = {
  id: "c-1", offer: "o-1", queue: "Refunds", number: "+12065550123", numberDisplay: "+1 206-555-0123",
  attributes: [["Booking", "QX7"]], enqueuedAt: "2026-11-22T09:58:00Z", ringDueAt: "2026-11-22T10:00:20Z",
  connectedAt: null, acwDueAt: null, recorded: ["agent", "customer"], muted: false, onHold: false, endReason: null,
};

export function panel(changes = {}) {
  return {
    activity: "available", since: "2026-11-22T10:00:00Z", statusName: "Available", nextStatus: null,
    statuses: [
      { id: "s-1", name: "Available", type: "routable" },
      { id: "s-2", name: "Lunch", type: "not_routable" },
      { id: "s-3", name: "Offline", type: "offline" },
    ],
    hasAudio: true, user: { name: "Ana", username: "ana", theme: "system", shortcuts: true },
    instance: { alias: "demo", name: "Demo" }, contact: null, media: null, permitted: [], ...changes,
  };
}

export function snapshot(seq, changes = {}) {
  return { type: "snapshot", seq, now: "2026-11-22T10:00:00Z", panel: panel(changes) };
}

export function talking(changes = {}, permitted = ["contact.end", "connection.hold", "connection.mute"]) {
  const call = { ...contact, connectedAt: "2026-11-22T10:00:00Z", ...changes };
  return { activity: "connected", contact: call, permitted, media: { connection: "k", generation: 1 } };
}
