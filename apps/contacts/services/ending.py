"""How conversations end: by the customer, the agent, the flow, or a lost connection."""

from datetime import datetime, timedelta

from apps.agents.models import Agent
from apps.contacts.domain.states import (
    ConnectionKind,
    ConnectionState,
    ContactState,
    DisconnectReason,
    OfferState,
)
from apps.contacts.domain.transitions import (
    ConnectionEventKind,
    ContactEventKind,
    OfferEventKind,
)
from apps.contacts.errors import NotInThisState
from apps.contacts.models import Call, Connection, Contact, FlowRun, Offer
from apps.contacts.selectors import customer_of
from apps.contacts.services import availability, flow_runs, offers, turning_points
from apps.contacts.services.moments import moment_of
from apps.contacts.services.rows import (
    call_work,
    move_connection,
    move_contact,
    move_offer,
    record,
    tell_customer,
)
from apps.core import clock


def hang_up(*, contact: Contact, said_at: datetime | None = None) -> None:
    """The caller hangs up, at whatever moment (SR-081); `said_at` if it is heard late (R-04)."""
    with call_work(contact.call_id) as call:
        # read again under the lock: an agent may have been joined since `contact` was read
        customer = customer_of(Contact.objects.select_related("instance").get(pk=contact.pk))
        now = moment_of(said_at or clock.now(), contact_id=contact.pk)
        customer_left(customer, call=call, cause="hung_up", now=now)


def let_go(*, contact: Contact) -> None:
    """Nobody will answer a contact that waits in an instance that was switched off."""
    with call_work(contact.call_id) as call:
        waiting = Contact.objects.filter(state=ContactState.QUEUED, instance__is_active=False)
        fresh = waiting.select_related("instance").filter(pk=contact.pk).first()
        if fresh is not None:
            customer_left(
                customer_of(fresh),
                call=call,
                cause="instance_closed",
                reason=DisconnectReason.OTHER,
                now=clock.now(),
            )


def end_by_agent(*, offer: Offer, agent: Agent, said_at: datetime | None = None) -> None:
    """End call: the customer is disconnected, after contact work begins (SR-075).

    Before the parties were joined the agent merely gives the contact back. Said again of what has
    ended, it is done: a page that lost its server repeats it until it is answered, and the talk
    ended when it was said (R-04).
    """
    with call_work(offer.contact.call_id) as call:
        offer.refresh_from_db()
        now = moment_of(said_at or clock.now(), contact_id=offer.contact_id)
        if offer.state == OfferState.ACCEPTED:
            offers.not_answered(offer, reason="hung_up_before_joining", now=now)
        elif offer.state == OfferState.CONNECTED:
            agent_left(offer, call=call, cause="ended_by_agent", now=now)
        elif offer.state == OfferState.RINGING:
            raise NotInThisState
        else:
            return
        record(offer.contact, "ended_by_agent", at=now, actor=agent.user, offer=offer.n)


def customer_left(
    customer: Connection,
    *,
    call: Call,
    cause: str,
    now: datetime,
    reason: DisconnectReason = DisconnectReason.CUSTOMER,
) -> None:
    """The customer is gone: an unanswered offer is withdrawn, a conversation is over."""
    if customer.state == ConnectionState.DISCONNECTED:
        return
    contact = customer.contact
    flow_runs.cancel(customer)
    disconnect(customer, cause=cause, now=now)
    end_contact(contact, reason=reason, now=now)
    close_if_over(call, now=now)


def end_contact(contact: Contact, *, reason: DisconnectReason, now: datetime) -> None:
    """What the customer's leaving means for the contact, however far it had come."""
    if contact.state in (ContactState.IN_FLOW, ContactState.QUEUED):
        _end_unanswered(contact, reason=reason, now=now)
    else:
        _end_conversation(contact, reason=reason, now=now)


def agent_left(offer: Offer, *, call: Call, cause: str, now: datetime) -> None:
    """The joined agent is gone: the customer is let go."""
    customer = customer_of(offer.contact)
    flow_runs.cancel(customer)
    if customer.state != ConnectionState.DISCONNECTED:
        disconnect(customer, cause=cause, now=now)
    _end_conversation(offer.contact, reason=DisconnectReason.AGENT, now=now)
    close_if_over(call, now=now)


def flow_hung_up(run: FlowRun, now: datetime) -> None:
    """The flow disconnected its participant."""
    contact, connection = run.contact, run.connection
    if connection.state != ConnectionState.DISCONNECTED:
        disconnect(connection, cause="flow", now=now)
    if contact.state in (ContactState.IN_FLOW, ContactState.QUEUED):
        _end_unanswered(contact, reason=DisconnectReason.FLOW, now=now)
    close_if_over(contact.call, now=now)


def _end_unanswered(contact: Contact, *, reason: DisconnectReason, now: datetime) -> None:
    waited = contact.state == ContactState.QUEUED
    fields = {"dequeued_at": now} if waited else {}
    move_contact(
        contact,
        ContactEventKind.LEFT,
        disconnected_at=now,
        completed_at=now,
        disconnect_reason=reason,
        **fields,
    )
    offers.withdraw(contact, reason="customer_left", now=now)
    record(contact, "abandoned" if waited else "ended", at=now, reason=reason)
    turning_points.completed(contact, now=now)


def _end_conversation(contact: Contact, *, reason: DisconnectReason, now: datetime) -> None:
    if contact.state != ContactState.JOINED:
        return
    move_contact(contact, ContactEventKind.LEFT, disconnected_at=now, disconnect_reason=reason)
    record(contact, "ended", at=now, reason=reason)
    offer = contact.offers.filter(state=OfferState.CONNECTED).select_related("connection").first()
    if offer is not None:
        _begin_after_contact_work(offer, reason=reason, now=now)
    turning_points.conversation_ended(contact, now=now)


def _begin_after_contact_work(offer: Offer, *, reason: DisconnectReason, now: datetime) -> None:
    """After contact work always begins; a limit of 0 seconds means until cleared (SR-009)."""
    connection = offer.connection
    assert connection is not None
    flow_runs.cancel(connection)
    if connection.state != ConnectionState.DISCONNECTED:
        disconnect(connection, cause=reason, now=now)
    limit = offer.agent.acw_seconds
    move_offer(
        offer,
        OfferEventKind.ENDED,
        at=now,
        ended_at=now,
        end_reason=reason,
        # from now on: before we knew of the end, nobody could begin to work
        due_at=clock.now() + timedelta(seconds=limit) if limit else None,
    )
    availability.refresh(availability.locked_agent(offer.agent_id), now=now)


def disconnect(connection: Connection, *, cause: str, now: datetime) -> None:
    """The party leaves the call; a caller's page is told."""
    move_connection(
        connection,
        ConnectionEventKind.LEFT,
        at=now,
        due_at=None,
        has_media=False,
        disconnect_cause=cause[:40],
    )
    if connection.kind == ConnectionKind.CUSTOMER:
        tell_customer(connection, "ended", cause=cause)


def close_if_over(call: Call, *, now: datetime) -> None:
    """A call ends when fewer than two live legs remain, no flow plays and nobody is queued."""
    live = list(call.connections.exclude(state=ConnectionState.DISCONNECTED))
    if call.ended_at is not None or len(live) >= 2 or (live and _goes_on(call)):
        return
    for connection in live:
        flow_runs.cancel(connection)
        disconnect(connection, cause="call_over", now=now)
    call.ended_at = now
    call.save(update_fields=["ended_at"])


def _goes_on(call: Call) -> bool:
    """Whether one party alone has a reason to stay: a flow for it, or an agent who will come.

    A caller whose audio is not up yet has no flow so far; the deadline of its connection decides.
    """
    arriving = Connection.objects.filter(
        call=call, kind=ConnectionKind.CUSTOMER, state=ConnectionState.CONNECTING
    )
    if arriving.exists():
        return True
    if FlowRun.objects.filter(connection__call=call, is_running=True).exists():
        return True
    return call.contacts.filter(state=ContactState.QUEUED).exists()
