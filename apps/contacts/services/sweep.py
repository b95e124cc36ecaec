"""Every deadline is a row; this carries out those that have passed, once a second (decision 6).

Idempotent: each row is locked and looked at again before anything is done. After an absence of
control (stopped database, suspended machine) deadlines of rings and lost parties move by as much,
because nobody could have met them. To be slow is no absence, however late it makes the next sweep:
otherwise a house with much to do would never reach a deadline.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet

from apps.agents.models import Agent, Panel
from apps.agents.services import leases
from apps.contacts.domain.states import ContactState, OfferState
from apps.contacts.models import (
    Call,
    Connection,
    Contact,
    FlowRun,
    MediaNode,
    Offer,
    SweepMark,
)
from apps.contacts.services import (
    availability,
    clearing,
    ending,
    flow_runs,
    joining,
    media_facts,
    offers,
)
from apps.contacts.services.routing import route
from apps.contacts.services.rows import call_work
from apps.core import clock
from apps.core.unit_of_work import touch, unit_of_work
from apps.flows.models import Asset
from apps.instances.models import Instance
from apps.instances.scope import instance_scope, unscoped

ENDED_MATTERS_FOR = timedelta(hours=1)
GAP = timedelta(seconds=2)  # a sweeper that was away longer cannot blame anybody for being late
MARK_EVERY = timedelta(seconds=1)  # during a long sweep: who takes over shall see no gap in it

_log = logging.getLogger(__name__)

_HELD_OFFER = (OfferState.RINGING, OfferState.ACCEPTED)


class Sweeper:
    """Knows from a row when deadlines were last worked off, by whomever, and so sees a gap."""

    def __init__(self) -> None:
        self._leases_count_from: datetime | None = None
        self._marked_at = clock.now()

    def run(self, *, was_here: bool = False) -> None:
        """One sweep over all instances.

        `was_here`: this process made the last one too and has been at work since, so there is no
        gap, though its other duties may have taken long.
        """
        now = self._marked_at = clock.now()
        if not was_here and _forgive_gap(now):
            self._leases_count_from = now + leases.LEASE_LASTS  # others could not renew theirs
        with unscoped("the sweep serves all instances"):
            due_offers = list(
                Offer.objects.filter(due_at__lte=now).select_related("instance").order_by()
            )
            due_runs = list(_due_runs(now))
            # in no order: to have one, a database reads the whole table in that order
            due_connections = list(
                Connection.objects.filter(due_at__lte=now).select_related("instance").order_by()
            )
            lost_panels = self._lost_panels(now)
            is_due = Q(offline_due_at__lte=now) | Q(audio_due_at__lte=now)
            gone = list(Agent.objects.filter(is_due).select_related("instance").order_by())
        self._each(due_offers, lambda row: offer_due(row.pk))
        self._each(due_runs, lambda row: run_due(row.pk))
        self._each(due_connections, lambda row: connection_due(row.pk))
        self._each(
            lost_panels,
            lambda row: availability.panel_closed(agent_id=row.agent_id, socket=row.socket),
        )
        self._each(gone, lambda row: availability.tab_stayed_away(agent_id=row.pk))
        self._each(gone, lambda row: availability.went_away(agent_id=row.pk))
        self._route_where_both_sides_wait()
        _mark(clock.now())

    def _each(self, rows: Iterable[Any], act: Callable[[Any], None]) -> None:
        for row in rows:
            try:
                with instance_scope(row.instance):
                    act(row)
            except Exception:  # one broken row must not stop the deadlines of all others
                _log.exception("A due row could not be worked off", extra={"row": repr(row)})
            self._mark_now_and_then()

    def _route_where_both_sides_wait(self) -> None:
        """No wake-up is ever lost for longer than a second."""
        for instance in _instances_where_somebody_waits():
            with instance_scope(instance):
                if instance.is_active:
                    route(instance)
                else:
                    self._let_go_who_waits()
            self._mark_now_and_then()

    def _let_go_who_waits(self) -> None:
        waiting = Contact.objects.filter(state=ContactState.QUEUED).order_by()
        self._each(waiting.select_related("instance"), lambda row: ending.let_go(contact=row))

    def _mark_now_and_then(self) -> None:
        now = clock.now()
        if now - self._marked_at >= MARK_EVERY:
            self._marked_at = now
            _mark(now)

    def _lost_panels(self, now: datetime) -> list[Panel]:
        if self._leases_count_from is not None and now < self._leases_count_from:
            return []
        return leases.panels_of_dead_processes(now=now)


def _due_runs(now: datetime) -> QuerySet[FlowRun]:
    """Deadlines, and speech that was ready just when its run began to wait for it."""
    is_settled = Q(waiting_asset__state__in=(Asset.State.READY, Asset.State.FAILED))
    running = FlowRun.objects.filter(is_running=True).select_related("instance").order_by()
    return running.filter(Q(due_at__lte=now) | is_settled)


def _forgive_gap(now: datetime) -> bool:
    """Move what nobody could meet since the last sweep ended, and in the same step mark this one.

    Failed sweeps leave no mark: whatever kept them from their work kept others too.
    """
    last = SweepMark.objects.values_list("swept_at", flat=True).first()
    gap = now - last if last is not None else timedelta(0)
    if gap <= GAP:
        return False
    with unit_of_work():
        _mark(now)
        forgive(gap)
    return True


def _mark(now: datetime) -> None:
    if not SweepMark.objects.update(swept_at=now):
        SweepMark.objects.create(swept_at=now)


def forgive(gap: timedelta) -> None:
    """Move the deadlines that nobody could meet during the gap, and show the new ones."""
    with unscoped("the sweep serves all instances"), unit_of_work():
        held = Offer.objects.filter(due_at__isnull=False, state__in=_HELD_OFFER)
        lines = Connection.objects.filter(due_at__isnull=False)
        _lock_calls({*held.values_list("contact__call_id", flat=True)}, lines)
        for agent_id in held.values_list("agent_id", flat=True):
            touch("agent", agent_id)
        held.update(due_at=F("due_at") + gap)
        lines.update(due_at=F("due_at") + gap)
        without_panel = Q(offline_due_at__isnull=False) | Q(audio_due_at__isnull=False)
        Agent.objects.filter(without_panel).update(
            offline_due_at=F("offline_due_at") + gap, audio_due_at=F("audio_due_at") + gap
        )


def _lock_calls(ids: set[int], lines: QuerySet[Connection]) -> None:
    """In the order of their keys, as everybody does who needs more than one."""
    ids |= {*lines.values_list("call_id", flat=True)}
    calls = Call.objects.filter(pk__in=ids).select_for_update(no_key=True)
    list(calls.order_by("pk").values_list("pk"))


def offer_due(offer_id: int) -> None:
    """Ring time over, whisper too long, or the end of work, a missed call's lock, an error."""
    offer = Offer.objects.select_related("contact", "agent").get(pk=offer_id)
    if offer.state in clearing.CLEARABLE:
        if _is_due(offer.due_at):
            availability.clear(agent_id=offer.agent_id, offer=offer)
        return
    with call_work(offer.contact.call_id):
        offer.refresh_from_db()
        now = clock.now()
        if not _is_due(offer.due_at):
            return
        if offer.state == OfferState.RINGING:
            offers.ring_out(offer, now=now)
        elif offer.state == OfferState.ACCEPTED:
            joining.cut_whisper(offer, now=now)


def run_due(run_id: int) -> None:
    found = FlowRun.objects.select_related("contact").get(pk=run_id)
    with call_work(found.contact.call_id):
        run = flow_runs.running_run(Connection.objects.get(pk=found.connection_id))
        if run is None or run.pk != run_id:
            return
        if _is_due(run.due_at):
            flow_runs.due(run, now=clock.now())
        elif run.waiting_asset is not None and run.waiting_asset.state != Asset.State.PENDING:
            flow_runs.asset_settled(run, now=clock.now())


def connection_due(connection_id: int) -> None:
    found = Connection.objects.select_related("contact").get(pk=connection_id)
    with call_work(found.call_id) as call:
        connection = (
            Connection.objects.select_related("contact__instance", "contact__call")
            .filter(pk=connection_id)
            .get()
        )
        if _is_due(connection.due_at):
            media_facts.connection_due(connection, call=call, now=_ended_at(connection))


def _ended_at(connection: Connection) -> datetime:
    """As long after the loss as the party is waited for, however late anybody looks (R-04).

    Never after the deadline, and never before what is written down: a history runs one way.
    """
    assert connection.due_at is not None
    events = connection.contact.events
    ended = media_facts.given_up_at(connection) or connection.due_at
    last = events.aggregate(last=Max("at"))["last"]
    return max(min(ended, connection.due_at), last or ended)


def _is_due(at: datetime | None) -> bool:
    return at is not None and at <= clock.now()


def _instances_where_somebody_waits() -> list[Instance]:
    with unscoped("the sweep serves all instances"):
        waiting = Contact.objects.filter(state=ContactState.QUEUED).values("instance_id")
        return list(Instance.objects.filter(pk__in=waiting))


def calls_behind() -> list[Call]:
    """Calls whose media node lives and has not said that it does what was asked, unscoped.

    The last word, that the call has ended, counts as long as the node may hold it.
    """
    due = Q(ended_at=None) | Q(ended_at__gt=clock.now() - ENDED_MATTERS_FOR)
    behind = Call.objects.filter(due, applied_version__lt=F("version"))
    node = MediaNode.objects.filter(
        slot=OuterRef("node"), boot_id=OuterRef("boot_id"), lost_at=None
    )
    return list(behind.filter(Exists(node)).select_related("instance"))
