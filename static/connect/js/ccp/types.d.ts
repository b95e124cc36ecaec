// The messages of the panel socket, as docs/plan-1.md has them.
export type Activity =
  | "offline" | "available" | "away" | "incoming" | "connecting" | "connected" | "hold" | "acw" | "missed" | "error";
export type Status = { id: string; name: string; type: "routable" | "not_routable" | "offline" };
export type Contact = {
  id: string; offer: string; queue: string; number: string | null; numberDisplay: string;
  attributes: [string, string][]; enqueuedAt: string | null; ringDueAt: string | null; connectedAt: string | null;
  acwDueAt: string | null; recorded: string[]; muted: boolean; onHold: boolean; endReason: string | null;
};
export type Leg = { connection: string; generation: number };
export type Panel = {
  activity: Activity; since: string; statusName: string; nextStatus: { id: string; name: string } | null;
  statuses: Status[]; hasAudio: boolean;
  user: { name: string; username: string; theme: string; shortcuts: boolean };
  instance: { alias: string; name: string };
  contact: Contact | null; media: Leg | null; permitted: string[];
};
export type Softphone = { ready: boolean; error: string | null };
export type Link = "connecting" | "open" | "lost" | "long" | "closed";
export type State = {
  link: Link; closeCode: number; seq: number; panel: Panel | null; softphone: Softphone; audio: "fine" | "lost";
  pending: string[]; muteWanted: boolean | null; pane: "contact" | "settings"; keypad: boolean; digits: string;
};
export type Message =
  | { type: "snapshot"; seq: number; now: string; panel: Panel }
  | { type: "taken" }
  | { type: "link.open" }
  | { type: "link.trouble"; kind: "lost" | "long" }
  | { type: "link.closed"; code: number }
  | { type: "softphone"; softphone: Softphone }
  | { type: "audio"; audio: "fine" | "lost" }
  | { type: "command.sent"; name: string }
  | { type: "command.done"; name: string; ok: boolean }
  | { type: "pane"; pane: "contact" | "settings" }
  | { type: "keypad"; open: boolean }
  | { type: "digit"; digit: string };
