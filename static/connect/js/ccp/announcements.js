// @ts-check
// The sentences a change is announced with; pure, so that tests can hold every one of them.
import { gettext, interpolate } from "../lib/i18n.js";
import { endSentence } from "../lib/sentences.js";
import { bannersOf } from "./banners.js";
import { isOver } from "./screens.js";

/** @typedef {import("./types.js").State} State */
/** @typedef {import("./types.js").Panel} Panel */
/** @typedef {{ level: "polite" | "assertive", text: string }} Announcement */

/** @param {string} text @returns {Announcement} */
const polite = (text) => ({ level: "polite", text });
/** @param {string} text @returns {Announcement} */
const assertive = (text) => ({ level: "assertive", text });

/**
 * Everything that is said of a change: at most one text for each region, which would else swallow all but the last.
 * @param {State} next @param {State} previous @returns {Announcement[]}
 */
export function sayings(next, previous) {
  const news = [...bannerNews(next, previous), endingNews(next, previous), panelNews(next, previous)];
  /** @param {Announcement["level"]} level */
  const said = (level) => news.flatMap((each) => (each?.level === level && each.text ? [each.text] : [])).join(" ");
  return [polite(said("polite")), assertive(said("assertive"))].filter(({ text }) => text !== "");
}

/** Banners are no live regions: each is said when it appears. @param {State} next @param {State} previous @returns {Announcement[]} */
function bannerNews(next, previous) {
  const [now, before] = [bannersOf(next), bannersOf(previous)];
  return [
    polite(before.link && next.link === "open" ? gettext("The connection is back.") : ""),
    assertive(next.link === previous.link ? "" : now.link),
    // Tried again in vain: whoever pressed Accept call or chose Available hears why nothing happens.
    assertive(next.softphone === previous.softphone ? "" : now.microphone),
    polite(before.window ? "" : now.window),
    assertive(before.audio ? "" : now.audio),
    polite(before.sound ? "" : now.sound), // who calls is more urgent, and comes in the same moment
  ];
}

/** @param {State} next @param {State} previous @returns {Announcement | null} */
function endingNews(next, previous) {
  if (isOver(next)) return isOver(previous) ? null : assertive(gettext("The call has ended. You are not heard any more."));
  return next.ending && !previous.ending ? polite(gettext("Ending the call. You are not heard any more.")) : null;
}

/** @param {State} next @param {State} previous @returns {Announcement | null} */
function panelNews(next, previous) {
  return next.panel && next.panel !== previous.panel ? announcementOf(previous.panel, next.panel) : null;
}

/** What just happened between two snapshots; null when nothing worth saying did. @param {Panel | null} before @param {Panel} after */
export function announcementOf(before, after) {
  if (before && before.activity !== after.activity) return entering(before, after);
  if (before && before.statusName !== after.statusName) return polite(statusSentence(after));
  if (before && after.nextStatus && before.nextStatus?.id !== after.nextStatus.id) {
    return polite(interpolate(gettext("%(status)s after this contact"), { status: after.nextStatus.name }));
  }
  return before ? null : entering(after, after);
}

/** @param {Panel} panel @returns {string} */
function statusSentence(panel) {
  return interpolate(gettext("Your status is %(status)s."), { status: panel.statusName });
}

/** @param {Panel} before @param {Panel} after @returns {Announcement | null} */
function entering(before, after) {
  const { contact } = after;
  switch (after.activity) {
    case "incoming":
      return assertive(incomingSentence(after));
    case "connected":
      return polite(before.activity === "hold" ? gettext("The customer is back from hold.") : gettext("Connected."));
    case "hold":
      return polite(gettext("The customer is on hold."));
    case "acw":
      return polite(`${contact?.endReason ? endSentence(contact.endReason) : gettext("The call has ended.")} ${gettext("After call work.")}`);
    case "missed":
      return assertive(gettext("You missed a call. You are offered no contacts until you clear it."));
    case "error":
      return assertive(gettext("The call failed."));
    case "connecting":
      // Accepted by itself: nobody has heard yet who calls.
      return before.activity === "incoming" ? polite(gettext("Connecting.")) : assertive(incomingSentence(after));
    default:
      return polite(statusSentence(after));
  }
}

/** Who calls, for which queue: one sentence. @param {Panel} panel @returns {string} */
export function incomingSentence({ contact }) {
  return interpolate(gettext("Incoming call from %(caller)s for %(queue)s."), {
    caller: contact?.numberDisplay ?? gettext("an unknown caller"),
    queue: contact?.queue ?? gettext("you"),
  });
}
