// @ts-check
// Facts of a call as sentences, for the agent and for the caller.
import { gettext, interpolate } from "./i18n.js";

/** Why a call ended. Codes the page does not know still give a true sentence. @param {string} reason @returns {string} */
export function endSentence(reason) {
  /** @type {Record<string, string>} */
  const sentences = {
    CUSTOMER_DISCONNECT: gettext("The caller hung up."),
    AGENT_DISCONNECT: gettext("The agent ended the call."),
    CONTACT_FLOW_DISCONNECT: gettext("The call was ended by its flow."),
    TELECOM_PROBLEM: gettext("The connection broke down."),
    THIRD_PARTY_DISCONNECT: gettext("The other party hung up."),
    BARGED: gettext("A supervisor ended the call."),
  };
  const known = sentences[reason.toUpperCase()];
  if (known) return known;
  return reason.includes(" ") ? reason : gettext("The call has ended.");
}

/** @param {string[]} recorded who is recorded: `agent`, `customer` @returns {string} */
export function recordingSentence(recorded) {
  /** @type {Record<string, string>} */
  const names = { agent: gettext("agent"), customer: gettext("customer") };
  if (recorded.length === 0) return gettext("Not recorded");
  const who = recorded.map((name) => names[name] ?? name);
  if (who.length === 1) return interpolate(gettext("Recording · %(who)s"), { who: who[0] });
  return interpolate(gettext("Recording · %(first)s and %(second)s"), { first: who[0], second: who[1] });
}
