"""What the media router reports, turned into facts about connections and runs.

An event may come twice, late, or for a leg that has been replaced: the call's sequence number, the
leg's generation and the run's player id decide whether it still means anything.
"""

from datetime import datetime, timedelta
from uuid import UUID

from apps.contacts.domain.states import ConnectionKind, ConnectionState, OfferState, RunKind
from apps.contacts.domain.transitions import ConnectionEventKind
from apps.contacts.models import Call, Connection, Contact, FlowRun, Offer
from apps.contacts.services import ending, flow_runs, joining, offers
from apps.contacts.services.rows import move_connection, record, tell_customer
from apps.core.unit_of_work import touch
from apps.numbers.models import PhoneNumber

KEPT_FOR = {
    # how long a lost party is waited for: a reloading page comes back within this time
    ConnectionKind.CUSTOMER: timedelta(seconds=10),
    ConnectionKind.AGENT: timedelta(seconds=30),
}


def connection_of(call: Call, leg: str) -> Connection | None:
    """The connection whose present leg this is; None for a replaced or unknown one."""
    public_id, _, generation = leg.rpartition(".")
    return (
        call.connections.filter(public_id=UUID(public_id), generation=int(generation))
        .exclude(state=ConnectionState.DISCONNECTED)
        .select_related("contact__instance", "contact__call", "agent__user")
        .first()
    )


def leg_connected(connection: Connection, *, now: datetime) -> None:
    """The party's audio is up, for the first time or again."""
    connection.has_media, connection.due_at = True, None
    connection.save(update_fields=["has_media", "due_at"])
    if connection.state != ConnectionState.CONNECTING:
        record(connection.contact, "media_back", at=now, kind_of_party=connection.kind)
        return
    move_connection(connection, ConnectionEventKind.MEDIA_UP, at=now)
    if connection.kind == ConnectionKind.CUSTOMER:
        _customer_up(connection, now=now)
    elif connection.kind == ConnectionKind.AGENT:
        offer = joining.accepted_offer(connection.contact)
        if offer is not None and offer.connection_id == connection.pk:
            joining.agent_media_up(offer, now=now)


def _customer_up(connection: Connection, *, now: datetime) -> None:
    contact: Contact = connection.contact
    contact.connected_to_system_at = now
    contact.save(update_fields=["connected_to_system_at"])
    record(contact, "connected_to_system", at=now)
    tell_customer(connection, "ringing")
    numbers = PhoneNumber.objects.filter(e164=contact.system_number)
    phone = numbers.select_related("flow__published").first()
    version = phone.flow.published if phone and phone.flow else None
    if version is None:
        ending.customer_left(connection, call=contact.call, cause="misconfigured_number", now=now)
        return
    flow_runs.start(connection, kind=RunKind.INBOUND, version=version, now=now)


def leg_lost(connection: Connection, *, cause: str, now: datetime) -> None:
    """The party's audio is gone. The party itself is waited for, and the other hears comfort.

    A goodbye is no hang-up: a page that is loaded anew says it too. Who hangs up says so.
    """
    if connection.state == ConnectionState.CONNECTING:
        deadline = now
    else:
        deadline = now + KEPT_FOR.get(ConnectionKind(connection.kind), timedelta(0))
    connection.has_media, connection.due_at = False, deadline
    connection.save(update_fields=["has_media", "due_at"])
    record(connection.contact, "media_lost", at=now, kind_of_party=connection.kind, cause=cause)
    if connection.agent_id is not None:
        touch("agent", connection.agent_id)


def connection_due(connection: Connection, *, call: Call, now: datetime) -> None:
    """The party did not come, or did not come back, in time: by `now`, its deadline."""
    if connection.kind == ConnectionKind.CUSTOMER:
        ending.customer_left(connection, call=call, cause="media_lost", now=now)
        return
    offer = (
        Offer.objects.filter(
            connection=connection, state__in=[OfferState.ACCEPTED, OfferState.CONNECTED]
        )
        .select_related("contact__instance", "contact__call", "connection", "agent__user")
        .first()
    )
    if offer is None:
        return
    if offer.state == OfferState.ACCEPTED:
        offers.media_failed(offer, now=now)
    else:
        ending.agent_left(offer, call=call, cause="agent_media_lost", now=now)


def digit_pressed(connection: Connection, *, digit: str, now: datetime) -> None:
    run = flow_runs.running_run(connection)
    if run is not None:
        flow_runs.key_pressed(run, digit, now=now)


def player_ended(player: str, *, call: Call, now: datetime) -> None:
    run = FlowRun.objects.filter(
        public_id=UUID(player.partition(":")[0]), connection__call=call, is_running=True
    ).first()
    if run is not None:
        flow_runs.media_ended(run, player, now=now)
