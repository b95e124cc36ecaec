"""What the media router reports, turned into facts about connections and runs.

An event may come twice, late, or for a leg that has been replaced: the call's sequence number, the
leg's generation and the run's player id decide whether it still means anything.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from apps.contacts.domain.states import (
    ConnectionKind,
    ConnectionState,
    DisconnectReason,
    OfferState,
    RunKind,
)
from apps.contacts.domain.transitions import ConnectionEventKind
from apps.contacts.models import Call, Connection, Contact, FlowRun, Offer
from apps.contacts.selectors import customer_of
from apps.contacts.services import availability, ending, flow_runs, joining, offers
from apps.contacts.services.rows import move_connection, record, tell_customer
from apps.core import clock
from apps.flows.services.assets import speak_again
from apps.numbers.models import PhoneNumber

LEFT_ALONE = "control_silent"  # the node has ended the call itself (media.events.LegLost)
MOVED = "moved"  # the history's word for a call that was given to another media node
KEPT_FOR = {
    # how long a lost party is waited for: a reloading page comes back within this time
    ConnectionKind.CUSTOMER: timedelta(seconds=10),
    ConnectionKind.AGENT: availability.AGENT_KEPT_FOR,
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
    if cause == LEFT_ALONE:
        _ended_by_the_node(connection, now=now)
        return
    if connection.state == ConnectionState.CONNECTING:
        deadline = now
    else:
        # from now on, not from the loss: nobody can be back before we know that they are gone
        deadline = clock.now() + KEPT_FOR.get(ConnectionKind(connection.kind), timedelta(0))
    connection.has_media, connection.due_at = False, deadline
    connection.save(update_fields=["has_media", "due_at"])
    record(connection.contact, "media_lost", at=now, kind_of_party=connection.kind, cause=cause)
    if connection.agent_id is not None:
        availability.leg_lost(agent_id=connection.agent_id)


def _ended_by_the_node(connection: Connection, *, now: datetime) -> None:
    """While control was silent a party was lost and the node let the other go (decision 9).

    The conversation ended with the loss, not when control came back to write it down (R-04).
    """
    contact, call = connection.contact, connection.contact.call
    last = contact.events.order_by("-id").values_list("kind", "at").first()
    if last is not None and last[0] == "media_lost":
        now = last[1]
    offer = _joined_offer(contact)
    if offer is not None and offer.connection is not None and not offer.connection.has_media:
        ending.agent_left(offer, call=call, cause="agent_media_lost", now=now)
    else:
        ending.customer_left(customer_of(contact), call=call, cause="media_lost", now=now)


def _joined_offer(contact: Contact) -> Offer | None:
    offers_of = contact.offers.filter(state=OfferState.CONNECTED)
    return offers_of.select_related(
        "contact__instance", "contact__call", "connection", "agent__user"
    ).first()


def connection_due(connection: Connection, *, call: Call, now: datetime) -> None:
    """The party did not come, or did not come back, in time: by `now`, its deadline."""
    if connection.kind == ConnectionKind.CUSTOMER:
        _caller_did_not_come(connection, call=call, now=now)
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


def given_up_at(connection: Connection) -> datetime | None:
    """When a party whose audio was lost and never came back had been waited for long enough."""
    own = Q(kind__in=("media_lost", "media_back"), details__kind_of_party=connection.kind)
    words = connection.contact.events.filter(own | Q(kind=MOVED)).order_by("-id")
    last = words.values_list("kind", "at").first()
    if last is None or last[0] != "media_lost":
        return None
    return last[1] + KEPT_FOR.get(ConnectionKind(connection.kind), timedelta(0))


def _caller_did_not_come(connection: Connection, *, call: Call, now: datetime) -> None:
    """After a move to another node the caller is not to blame."""
    own_loss = Q(kind="media_lost", details__kind_of_party=connection.kind)
    words = connection.contact.events.filter(own_loss | Q(kind=MOVED)).order_by("id")
    last = words.last()
    if last is not None and last.kind == MOVED:
        cause, reason = "media_node_lost", DisconnectReason.TELECOM
    else:
        cause, reason = "media_lost", DisconnectReason.CUSTOMER
    ending.customer_left(connection, call=call, cause=cause, reason=reason, now=now)


def digit_pressed(connection: Connection, *, digit: str, now: datetime) -> None:
    run = flow_runs.running_run(connection)
    if run is not None:
        flow_runs.key_pressed(run, digit, now=now)


def run_of_player(player: str, *, call: Call) -> FlowRun | None:
    """The running flow whose list this is; None for one that is over, and for shared sounds."""
    try:
        public_id = UUID(player.partition(":")[0])
    except ValueError:
        return None
    runs = FlowRun.objects.filter(public_id=public_id, connection__call=call, is_running=True)
    return runs.select_related("contact").first()


def player_ended(run: FlowRun, player: str, *, now: datetime) -> None:
    flow_runs.media_ended(run, player, now=now)


def player_failed(run: FlowRun, player: str, *, item: int, now: datetime) -> None:
    """A prompt cannot be played: the flow goes on without it, and the history says which.

    Speech is spoken anew, for whoever hears it next. A loop of nothing else would be silence for
    ever; it becomes music.
    """
    if run.player is None or run.player["id"] != player:
        return
    items = run.player["items"]
    asset = items[item].get("asset", "") if item < len(items) else ""
    record(run.contact, "prompt_failed", at=now, item=item, asset=asset)
    if asset and item not in run.player.get("failed", []):  # a loop says it each time round
        speak_again(instance=run.contact.instance, key=asset)
        _leave_out(run, item)


def _leave_out(run: FlowRun, item: int) -> None:
    """The node passes over what it cannot play; when nothing is left, a loop is to be music."""
    assert run.player is not None
    failed = [*run.player.get("failed", []), item]
    run.player = {**run.player, "failed": failed}
    if run.player["loop"] and len(failed) == len(run.player["items"]):
        run.player = {**run.player, "items": [{"kind": "tone", "name": "music"}]}
    run.save(update_fields=["player"])
