"""What must be true of a house after every step (R-12, R-21); each rule yields its breaches."""

from collections.abc import Iterator
from itertools import pairwise

from apps.agents.models import Agent, AgentStatus, AgentStatusChange
from apps.agents.services import panels
from apps.contacts.domain.states import ConnectionState, ContactState, OfferState
from apps.contacts.models import Call, Connection, Contact, ContactEvent, FlowRun, Offer
from apps.voice.services.desired import desired_state
from tests.journeys.house import NotingNode

HANDED_OUT = (OfferState.RINGING, OfferState.ACCEPTED)


def breaches(node: NotingNode) -> list[str]:
    """One sentence for each broken rule; call it inside the instance's scope."""
    rules = (_offers, _free_agents, _contacts, _calls, _connections, _runs, _histories, _statuses)
    return [breach for rule in rules for breach in rule()] + list(_node(node))


def _offers() -> Iterator[str]:
    for offer in Offer.objects.select_related("contact", "connection"):
        state, contact, connection = OfferState(offer.state), offer.contact, offer.connection
        if state in HANDED_OUT and contact.state != ContactState.QUEUED:
            yield f"{offer} is {state}, its contact {contact.state}"
        if state is OfferState.CONNECTED and contact.state != ContactState.JOINED:
            yield f"{offer} is connected, its contact {contact.state}"
        if state is OfferState.RINGING and offer.due_at is None:
            yield f"{offer} rings for ever"
        has_line = connection is not None and connection.state != ConnectionState.DISCONNECTED
        if has_line != (state in (OfferState.ACCEPTED, OfferState.CONNECTED)):
            yield f"{offer} is {state}, its line {connection and connection.state}"
        if state is OfferState.ACCEPTED and offer.due_at is None:
            assert connection is not None
            if connection.due_at is None:
                yield f"{offer} is accepted for ever"


def _free_agents() -> Iterator[str]:
    held = Offer.objects.exclude(state=OfferState.CLEARED)
    for agent in Agent.objects.select_related("status"):
        may_be_free = (
            agent.status.kind == AgentStatus.Kind.ROUTABLE
            and agent.next_status_id is None
            and panels.is_reachable(agent)
            and not held.filter(agent=agent).exists()
        )
        if may_be_free != (agent.available_since is not None):
            yield f"{agent} counts as free: {agent.available_since}, may be: {may_be_free}"
        if held.filter(agent=agent).count() > 1:
            yield f"{agent} holds several contacts"


def _contacts() -> Iterator[str]:
    for contact in Contact.objects.select_related("call"):
        live = [o for o in contact.offers.all() if o.state in (*HANDED_OUT, OfferState.CONNECTED)]
        over = contact.state in (ContactState.ENDED, ContactState.COMPLETED)
        if len(live) > 1:
            yield f"contact {contact.pk} is with {len(live)} agents"
        if contact.state == ContactState.JOINED and not live:
            yield f"contact {contact.pk} is joined to nobody"
        if not over and contact.call.ended_at is not None:
            yield f"contact {contact.pk} is {contact.state} on an ended call"
        if over and contact.disconnected_at is None:
            yield f"contact {contact.pk} is over, nobody knows since when"
        if (contact.state == ContactState.COMPLETED) != (contact.completed_at is not None):
            yield f"contact {contact.pk} is {contact.state}, completed at {contact.completed_at}"


def _calls() -> Iterator[str]:
    for call in Call.objects.all():
        live = call.connections.exclude(state=ConnectionState.DISCONNECTED).count()
        if (call.ended_at is None) != (live > 0):
            yield f"call {call.pk} ended at {call.ended_at} with {live} live connections"


def _connections() -> Iterator[str]:
    for line in Connection.objects.exclude(state=ConnectionState.DISCONNECTED):
        if not line.has_media and line.due_at is None:
            yield f"{line.kind} {line.pk} is waited for without an end"
        if line.has_media and line.due_at is not None:
            yield f"{line.kind} {line.pk} is there and yet waited for"


def _runs() -> Iterator[str]:
    for run in FlowRun.objects.filter(is_running=True).select_related("connection"):
        if run.connection.state == ConnectionState.DISCONNECTED:
            yield f"run {run.kind} plays to nobody"
        if run.waiting_asset_id is not None and run.due_at is None:
            yield f"run {run.kind} waits for speech without an end"


def _histories() -> Iterator[str]:
    for contact in Contact.objects.all():
        events = ContactEvent.objects.filter(contact=contact).order_by("id")
        for before, after in pairwise(events):
            if after.at < before.at:
                yield f"contact {contact.pk}: {after.kind} is older than {before.kind}"


def _statuses() -> Iterator[str]:
    for agent in Agent.objects.all():
        changes = list(AgentStatusChange.objects.filter(agent=agent).order_by("id"))
        for before, after in pairwise(changes):
            if before.ended_at != after.started_at:
                yield f"{agent}: a gap in the status history (SR-008)"
        if changes[-1].ended_at is not None or changes[-1].status_id != agent.status_id:
            yield f"{agent}: the open interval is not the present status (SR-008)"


def _node(node: NotingNode) -> Iterator[str]:
    for call in Call.objects.all():
        if node.calls.get(str(call.public_id)) != desired_state(call):
            yield f"call {call.pk}: the media node was not told the present state"
