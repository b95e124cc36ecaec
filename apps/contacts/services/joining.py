"""From accepted to talking: agent whisper, customer whisper, joined (architecture, decision 2)."""

from datetime import datetime, timedelta
from typing import Any

from apps.agents.models import Agent
from apps.contacts.domain.states import ConnectionKind, OfferState, RunKind
from apps.contacts.domain.transitions import ContactEventKind, OfferEventKind
from apps.contacts.models import Contact, FlowRun, Offer
from apps.contacts.services import flow_runs, turning_points
from apps.contacts.services.rows import move_contact, move_offer, record, tell_customer

WHISPER_AT_MOST = timedelta(seconds=120)


def agent_media_up(offer: Offer, *, now: datetime) -> None:
    """The agent can hear: whisper to the agent while the customer goes on hearing the queue."""
    Offer.objects.filter(pk=offer.pk).update(due_at=now + WHISPER_AT_MOST)
    offer.due_at = now + WHISPER_AT_MOST
    assert offer.connection is not None
    if not flow_runs.start_hook(offer.connection, kind=RunKind.AGENT_WHISPER, now=now):
        whisper_to_customer(offer, now=now)


def whisper_to_customer(offer: Offer, *, now: datetime) -> None:
    """The agent has been told; now the queue flow stops and the customer is told."""
    Offer.objects.filter(pk=offer.pk).update(due_at=now + WHISPER_AT_MOST)
    customer = offer.contact.connections.get(kind=ConnectionKind.CUSTOMER)
    flow_runs.cancel(customer)
    if not flow_runs.start_hook(customer, kind=RunKind.CUSTOMER_WHISPER, now=now):
        join(offer, now=now)


def join(offer: Offer, *, now: datetime) -> None:
    """Both hear each other from here on."""
    offer.refresh_from_db()
    if offer.state != OfferState.ACCEPTED:
        return
    move_offer(offer, OfferEventKind.JOINED, at=now, connected_at=now)
    move_contact(offer.contact, ContactEventKind.JOINED, dequeued_at=now, connected_to_agent_at=now)
    record(offer.contact, "connected_to_agent", at=now, offer=offer.n, **_who(offer.agent))
    tell_customer(offer.contact.connections.get(kind=ConnectionKind.CUSTOMER), "connected")
    turning_points.joined(offer, now=now)


def _who(agent: Agent) -> dict[str, Any]:
    """The agent as of now: the contact record tells the names of that day, whatever they become."""
    profile = agent.routing_profile
    return {
        "agent": str(agent.public_id),
        "username": agent.user.username,
        "routing_profile": {"id": str(profile.public_id), "name": profile.name},
    }


def whisper_ended(run: FlowRun, *, now: datetime) -> None:
    """One whisper is over, played to the end or cut off at its limit."""
    offer = accepted_offer(run.contact)
    if offer is None:
        return
    if run.kind == RunKind.AGENT_WHISPER:
        whisper_to_customer(offer, now=now)
    else:
        join(offer, now=now)


def cut_whisper(offer: Offer, *, now: datetime) -> None:
    """A whisper may last two minutes; then what comes after it begins all the same."""
    assert offer.connection is not None
    if flow_runs.running_run(offer.connection) is not None:
        flow_runs.cancel(offer.connection)
        whisper_to_customer(offer, now=now)
    else:
        flow_runs.cancel(offer.contact.connections.get(kind=ConnectionKind.CUSTOMER))
        join(offer, now=now)


def accepted_offer(contact: Contact) -> Offer | None:
    return (
        contact.offers.filter(state=OfferState.ACCEPTED)
        .select_related("contact", "connection", "agent")
        .first()
    )
