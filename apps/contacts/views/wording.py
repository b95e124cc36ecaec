"""The facts of a contact in words."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from apps.contacts.domain.lengths import length_text
from apps.contacts.domain.states import DisconnectReason, OfferState
from apps.contacts.domain.timeline import Stretch
from apps.contacts.models import Contact, ContactEvent, Offer
from apps.contacts.services.explaining import LEAVING, NO_SOFTPHONE, WhyWaiting
from apps.numbers.domain.e164 import display
from apps.routing.domain.explanation import Obstacle

Words = Mapping[str, str | Promise]

ENDED_BY: Words = {
    DisconnectReason.CUSTOMER: lazy("Customer"),
    DisconnectReason.AGENT: lazy("Agent"),
    DisconnectReason.FLOW: lazy("Flow"),
    DisconnectReason.THIRD_PARTY: lazy("Third party"),
    DisconnectReason.TELECOM: lazy("Broken connection"),
    DisconnectReason.OTHER: lazy("Something else"),
}
STRETCHES: Words = {
    Stretch.FLOW: lazy("Flow"),
    Stretch.QUEUE: lazy("Queue"),
    Stretch.RING: lazy("Ring"),
    Stretch.CONNECTING: lazy("Connecting"),
    Stretch.TALK: lazy("Talk"),
    Stretch.HOLD: lazy("Hold"),
    Stretch.WORK: lazy("After call work"),
}
RECORDINGS: Words = {
    "recording": lazy("Being recorded"),
    "stopped": lazy("Being prepared"),
    "available": lazy("Recorded"),
    "failed": lazy("Failed"),
    "deleted": lazy("Deleted"),
}
_OFFERS: Words = {
    OfferState.RINGING: lazy("Rings"),
    OfferState.ACCEPTED: lazy("Accepted, connecting"),
    OfferState.CONNECTED: lazy("In conversation"),
    OfferState.ENDED: lazy("Talked; after call work"),
    OfferState.MISSED: lazy("Missed"),
    OfferState.ERROR: lazy("Audio did not come up"),
}
_WHY: Words = {
    "only_contact": lazy("It was the only contact this agent could take."),
    "queue_priority": lazy("Its queue comes first for this agent."),
    "contact_priority": lazy("It had the higher priority."),
    "age": lazy("It had waited longest."),
    "order": lazy("It was as old as the next one and came in first."),
}
_SINCE: Words = {
    "agent_available_since": lazy("The agent was available since %(since)s."),
    "next_available_since": lazy("The next who could take it was available since %(since)s."),
}
_PARTIES: Words = {"customer": lazy("customer"), "agent": lazy("agent")}
_HISTORY: Words = {
    "initiated": lazy("Call came in at %(number)s"),
    "connected_to_system": lazy("Answered by the flow"),
    "recording_set": lazy("Flow set recording: %(participants)s"),
    "enqueued": lazy("Put into the queue %(name)s"),
    "queue_set": lazy("Flow chose the queue"),
    "queue_full": lazy("The queue was full"),
    "reordered": lazy("Place in the queue changed"),
    "offered": lazy("Offered to %(agent)s"),
    "accepted": lazy("Accepted by %(agent)s"),
    "rejected": lazy("Rejected by %(agent)s"),
    "missed": lazy("Missed by %(agent)s"),
    "agent_media_failed": lazy("The audio of %(agent)s did not come up"),
    "withdrawn": lazy("Offer to %(agent)s withdrawn"),
    "connected_to_agent": lazy("Connected to %(agent)s"),
    "hold": lazy("Customer put on hold"),
    "resume": lazy("Customer taken back from hold"),
    "mute": lazy("Agent muted"),
    "unmute": lazy("Agent unmuted"),
    "media_lost": lazy("Audio of the %(party)s lost"),
    "media_back": lazy("Audio of the %(party)s back"),
    "ended": lazy("Call ended. Ended by: %(ended_by)s"),
    "abandoned": lazy("Caller left before an agent answered"),
    "ended_by_agent": lazy("Ended by %(agent)s"),
    "cleared": lazy("Cleared by %(agent)s"),
    "completed": lazy("Completed"),
    "flow_started": lazy("Flow started"),
    "flow_ended": lazy("Flow ended"),
    "recording_started": lazy("Recording began: %(participants)s"),
    "recording_failed": lazy("Recording failed"),
    "recording_available": lazy("Recording finished"),
    "recording_played": lazy("Recording played"),
    "recording_downloaded": lazy("Recording downloaded"),
    "recording_deleted": lazy("Recording deleted"),
}


_OBSTACLES: Mapping[Obstacle, Promise] = {
    Obstacle.NOT_SERVED: lazy("No routing profile serves its queue."),
    Obstacle.NO_FREE_AGENT: lazy("No agent who serves its queue is free."),
    Obstacle.TOO_YOUNG: lazy("The delay of the agents who are free passes at %(ripe_at)s."),
    Obstacle.BEHIND: lazy("Those who are free take other contacts first: %(ahead)s."),
}
_DOING: Mapping[str, Promise] = {
    "available": lazy("%(count)s free"),
    "incoming": lazy("%(count)s being rung"),
    "connecting": lazy("%(count)s connecting"),
    "connected": lazy("%(count)s on contact"),
    "acw": lazy("%(count)s in after contact work"),
    "missed": lazy("%(count)s missed"),
    "error": lazy("%(count)s in error"),
    NO_SOFTPHONE: lazy("%(count)s without a softphone"),
    LEAVING: lazy("%(count)s about to change status"),
    "away": lazy("%(count)s away"),
    "offline": lazy("%(count)s offline"),
}


def caller(contact: Contact) -> str:
    """Readable, with country code (SR-028); a caller on the web page may have no number."""
    return display(contact.customer_number) if contact.customer_number else _("Web caller")


def ended_by(contact: Contact) -> str:
    """One word for the list, "" while nobody has ended it."""
    return str(ENDED_BY.get(contact.disconnect_reason, ""))


def history_line(event: ContactEvent, *, agents: Mapping[int, str]) -> str:
    """A sentence for one line; `agents` are the names by the number of their offer."""
    sentence = _HISTORY.get(event.kind)
    if sentence is None:
        return event.kind.replace("_", " ").capitalize()
    return str(sentence) % _facts(event, agents)


def why(offer: Offer) -> list[str]:
    """What routing decided on, as sentences."""
    facts: dict[str, Any] = offer.why
    told = [str(_WHY[facts["decided_by"]])] if facts.get("decided_by") in _WHY else []
    if "waited_seconds" in facts:
        waited = length_text(timedelta(seconds=facts["waited_seconds"]))
        told.append(_("The customer had waited %(waited)s.") % {"waited": waited})
    for name, sentence in _SINCE.items():
        if facts.get(name):
            since = clock_time(datetime.fromisoformat(facts[name]))
            told.append(str(sentence) % {"since": since})
    return told


def why_waiting(why: WhyWaiting) -> list[str]:
    """Why a contact still waits, and what those do who serve its queue."""
    told = [_obstacle(why)]
    doing = [
        str(words) % {"count": why.agents[each]}
        for each, words in _DOING.items()
        if each in why.agents
    ]
    if doing:
        told.append(_("Agents who serve the queue: %(doing)s.") % {"doing": ", ".join(doing)})
    return told


def _obstacle(why: WhyWaiting) -> str:
    if why.is_offered:
        return _("It is offered to an agent now.")
    if why.why_not is None:
        return _("It will be offered to an agent in a moment.")
    facts = {"ahead": len(why.why_not.ahead), "ripe_at": ""}
    if why.why_not.ripe_at is not None:
        facts["ripe_at"] = clock_time(why.why_not.ripe_at)
    return str(_OBSTACLES[why.why_not.obstacle]) % facts


def outcome(offer: Offer) -> str:
    """What came of an offer; once cleared, what it was before."""
    if offer.state != OfferState.CLEARED:
        return str(_OFFERS[OfferState(offer.state)])
    if offer.connected_at:
        return _("Talked")
    return _("Withdrawn") if offer.end_reason == "customer_left" else _("Missed")


def clock_time(at: datetime) -> str:
    """The time of day to the second, in the active zone."""
    return date_format(timezone.localtime(at), "H:i:s")


def _facts(event: ContactEvent, agents: Mapping[int, str]) -> dict[str, str]:
    details: dict[str, Any] = event.details
    actor = event.actor.display_name if event.actor else _("an agent")
    return {
        "number": display(str(details.get("number", ""))),
        "name": str(details.get("name", "")),
        "agent": agents.get(details.get("offer", 0), actor),
        "participants": _participants(details.get("participants", [])),
        "party": str(_PARTIES.get(details.get("kind_of_party", ""), _("other party"))),
        "ended_by": str(ENDED_BY.get(details.get("reason", ""), _("Something else"))),
    }


def _participants(names: list[str]) -> str:
    return ", ".join(str(_PARTIES.get(name, name)) for name in names) or _("nobody")
