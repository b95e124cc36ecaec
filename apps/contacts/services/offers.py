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


def accept(*, offer: Offer, agent: Agent) -> None:
    """The agent takes the call: from now on the panel must bring up its media (SR-073)."""
    with call_work(offer.contact.call_id):
        offer.refresh_from_db()
        now = clock.now()
        if not panels.is_reachable(agent):
            raise SoftphoneNotReady
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
        record(offer.contact, "accepted", at=now, actor=agent.user, offer=offer.n)


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
    """The agent is locked as missed; the contact keeps its place and is routed again."""
    move_offer(offer, OfferEventKind.NOT_ANSWERED, at=now, end_reason=reason)
    _give_back(offer, now=now)
    record(offer.contact, "missed", at=now, offer=offer.n, reason=reason)


def media_failed(offer: Offer, *, now: datetime) -> None:
    """Accepted, but the agent's audio never came up: error for the agent, the caller waits on."""
    move_offer(offer, OfferEventKind.FAILED, at=now, end_reason="FailedConnectAgent")
    _give_back(offer, now=now)
    record(offer.contact, "agent_media_failed", at=now, offer=offer.n)


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
