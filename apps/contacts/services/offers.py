"""The life of a ring: offered, accepted, rejected, missed, withdrawn."""

from datetime import datetime, timedelta

from apps.agents.models import Agent
from apps.agents.services import panels
from apps.contacts.domain.states import ConnectionKind, ConnectionState, OfferState
from apps.contacts.domain.transitions import ConnectionEventKind, OfferEventKind
from apps.contacts.errors import NotInThisState, SoftphoneNotReady
from apps.contacts.models import Connection, Contact, Offer
from apps.contacts.services import availability, flow_runs
from apps.contacts.services.rows import call_work, move_connection, move_offer, record
from apps.core import clock
from apps.core.unit_of_work import touch

MEDIA_UP_WITHIN = timedelta(seconds=10)
ERROR_NOTICE = timedelta(seconds=5)


def accept(*, offer: Offer, agent: Agent) -> None:
    """The agent takes the call: from now on the panel must bring up its media (SR-073)."""
    with call_work(offer.contact.call_id):
        offer.refresh_from_db()
        if not panels.is_reachable(agent):
            raise SoftphoneNotReady
        now = clock.now()
        _take(offer, agent=agent, now=now)
        record(offer.contact, "accepted", at=now, actor=agent.user, offer=offer.n)


def accept_automatically(offer_id: int) -> None:
    """Accept for an agent who wants no button (SR-112); an offer that rings no more stays as it is.

    A softphone that is not ready would give the caller silence: error for the agent (SR-113).
    """
    joined = Offer.objects.select_related("contact__instance", "agent__user")
    offer = joined.get(pk=offer_id)
    with call_work(offer.contact.call_id):
        offer.refresh_from_db()
        if offer.state != OfferState.RINGING:
            return
        now = clock.now()
        if panels.is_reachable(offer.agent):
            _take(offer, agent=offer.agent, now=now)
            record(offer.contact, "accepted", at=now, offer=offer.n, automatically=True)
        else:
            media_failed(offer, now=now)


def _take(offer: Offer, *, agent: Agent, now: datetime) -> None:
    connection = Connection.objects.create(
        instance_id=offer.instance_id,
        call_id=offer.contact.call_id,
        contact=offer.contact,
        kind=ConnectionKind.AGENT,
        agent=agent,
        state_since=now,
        due_at=now + MEDIA_UP_WITHIN,
    )
    move_offer(offer, OfferEventKind.ACCEPTED, at=now, accepted_at=now, connection=connection)


def reject(*, offer: Offer, agent: Agent) -> None:
    """The agent declines: missed for this agent, and the contact rings at the next one."""
    with call_work(offer.contact.call_id):
        offer.refresh_from_db()
        if offer.state != OfferState.RINGING:
            raise NotInThisState
        not_answered(offer, reason="rejected", now=clock.now())
        record(offer.contact, "rejected", at=clock.now(), actor=agent.user, offer=offer.n)


def ring_out(offer: Offer, *, now: datetime) -> None:
    """Nobody accepted within the ring time. Called by the sweep with the call locked."""
    not_answered(offer, reason="no_answer", now=now)


def not_answered(offer: Offer, *, reason: str, now: datetime) -> None:
    """The agent is locked as missed; the contact keeps its place and is routed again.

    The lock ends by itself where the instance says so.
    """
    after = offer.contact.instance.missed_recovery_seconds
    ends_at = now + timedelta(seconds=after) if after else None
    move_offer(offer, OfferEventKind.NOT_ANSWERED, at=now, end_reason=reason, due_at=ends_at)
    _give_back(offer, now=now)
    record(offer.contact, "missed", at=now, offer=offer.n, reason=reason)


def media_failed(offer: Offer, *, now: datetime) -> None:
    """The agent's audio did not come up, or cannot: error for the agent, the caller waits on.

    The error is a notice that ends by itself, not a lock: where a microphone is missing, the agent
    is not routable for that reason.
    """
    ends_at = now + ERROR_NOTICE
    move_offer(
        offer, OfferEventKind.FAILED, at=now, end_reason="FailedConnectAgent", due_at=ends_at
    )
    _give_back(offer, now=now)
    record(offer.contact, "agent_media_failed", at=now, offer=offer.n)


def softphone_failed(*, agent_id: int) -> None:
    """The agent's page has no microphone: what it accepted meanwhile cannot be heard (SR-113)."""
    joining = Offer.objects.filter(
        agent_id=agent_id,
        state=OfferState.ACCEPTED,
        connection__state=ConnectionState.CONNECTING,
    )
    offer = joining.select_related("contact__instance", "agent").first()
    if offer is None or panels.is_reachable(offer.agent):
        return
    with call_work(offer.contact.call_id):
        if joining.filter(pk=offer.pk).exists():
            offer.refresh_from_db()
            media_failed(offer, now=clock.now())


def withdraw(contact: Contact, *, reason: str, now: datetime) -> None:
    """The customer left before joining: ringing stops, nobody is locked, no after contact work."""
    offer = contact.offers.filter(state__in=[OfferState.RINGING, OfferState.ACCEPTED]).first()
    if offer is None:
        return
    move_offer(offer, OfferEventKind.WITHDRAWN, at=now, end_reason=reason, cleared_at=now)
    _drop_agent_connection(offer, now=now)
    record(contact, "withdrawn", at=now, offer=offer.n, reason=reason)
    agent = availability.locked_agent(offer.agent_id)
    availability.apply_next_status(agent, now=now)
    availability.refresh(agent, now=now)


def _give_back(offer: Offer, *, now: datetime) -> None:
    """The contact waits as before; its queue flow starts anew if a whisper had ended it."""
    _drop_agent_connection(offer, now=now)
    customer = offer.contact.connections.get(kind=ConnectionKind.CUSTOMER)
    flow_runs.ensure_queue_flow(customer, contact=offer.contact, now=now)
    touch("routing", offer.instance_id)
    availability.refresh(availability.locked_agent(offer.agent_id), now=now)


def _drop_agent_connection(offer: Offer, *, now: datetime) -> None:
    connection = offer.connection
    if connection is None or connection.state == ConnectionState.DISCONNECTED:
        return
    flow_runs.cancel(connection)
    move_connection(
        connection, ConnectionEventKind.LEFT, at=now, due_at=None, disconnect_cause="offer_ended"
    )
