"""Connections and flow runs: whoever is on a call belongs there, and is not waited for for ever."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as text
from django.utils.translation import gettext_lazy as _

from apps.contacts.domain.states import ConnectionKind, ConnectionState, ContactState, OfferState
from apps.contacts.models import Call, Connection, FlowRun, Offer
from apps.contacts.services import flow_runs
from apps.contacts.services.media_facts import KEPT_FOR
from apps.contacts.services.mending import conversation_check, drop_line

OVER = (ContactState.ENDED, ContactState.COMPLETED)
ON_THE_LINE = (OfferState.ACCEPTED, OfferState.CONNECTED)


def _live() -> QuerySet[Connection]:
    """Lines of calls that go on."""
    return _lines().filter(call__ended_at=None)


def _lines() -> QuerySet[Connection]:
    """By the index of lines that somebody is on."""
    lines = Connection.objects.exclude(state=ConnectionState.DISCONNECTED)
    return lines.select_related("contact", "call")


def without_end() -> QuerySet[Connection]:
    return _live().filter(has_media=False, due_at=None)


def with_needless_end() -> QuerySet[Connection]:
    return _live().filter(has_media=True, due_at__isnull=False)


def without_contact() -> QuerySet[Connection]:
    """Nobody on a call without a contact that goes on (R-12: no leg without contact)."""
    return _live().filter(contact__state__in=OVER)


def agent_without_offer() -> QuerySet[Connection]:
    held = Offer.objects.filter(connection=OuterRef("pk"), state__in=ON_THE_LINE)
    return _live().filter(~Exists(held), kind=ConnectionKind.AGENT)


def on_ended_call() -> QuerySet[Connection]:
    return _lines().exclude(call__ended_at=None)


def _running() -> QuerySet[FlowRun]:
    return FlowRun.objects.filter(is_running=True).select_related("contact", "connection")


def run_to_nobody() -> QuerySet[FlowRun]:
    gone = Connection.objects.filter(pk=OuterRef("connection"), state=ConnectionState.DISCONNECTED)
    return _running().filter(Exists(gone))


def run_without_end() -> QuerySet[FlowRun]:
    """It waits for speech or for keys without a limit, or for nothing: it will never go on."""
    for_nothing = Q(player__isnull=True) | Q(waiting_asset__isnull=False)
    return _running().filter(for_nothing, due_at=None)


def second_run() -> QuerySet[FlowRun]:
    """The database forbids it by an index; a damaged index would not."""
    later = FlowRun.objects.filter(
        connection=OuterRef("connection"), is_running=True, pk__gt=OuterRef("pk")
    )
    return _running().filter(Exists(later))


def _set_end(line: Connection, _call: Call, now: datetime) -> None:
    """Wait as long as for a party whose audio has just been lost; then the sweep decides."""
    line.due_at = now + KEPT_FOR[ConnectionKind(line.kind)]
    line.save(update_fields=["due_at"])


def _forget_end(line: Connection, _call: Call, _now: datetime) -> None:
    line.due_at = None
    line.save(update_fields=["due_at"])


def _wake(run: FlowRun, call: Call, now: datetime) -> None:
    """Speech that is late is given up by the sweep; what waits for nothing has nothing to say."""
    if run.waiting_asset_id is not None:
        run.due_at = now
        run.save(update_fields=["due_at"])
    elif run.collecting is not None:
        flow_runs.await_keys(run, now=now)
    else:
        _cancel(run, call, now)


def _cancel(run: FlowRun, _call: Call, _now: datetime) -> None:
    flow_runs.cancel_run(run)


CHECKS = (
    conversation_check(
        "line_without_end",
        _("A party without audio is waited for until an instant"),
        rows=without_end,
        says=lambda line: (
            text("A party (%(kind)s) of contact %(contact)s is waited for for ever.") % _names(line)
        ),
        mend=_set_end,
    ),
    conversation_check(
        "line_with_needless_end",
        _("A party with audio is not waited for"),
        rows=with_needless_end,
        says=lambda line: (
            text("A party (%(kind)s) of contact %(contact)s is there and yet waited for.")
            % _names(line)
        ),
        mend=_forget_end,
    ),
    conversation_check(
        "line_without_contact",
        _("Whoever is on a call belongs to a contact that goes on"),
        rows=without_contact,
        says=lambda line: (
            text("A party (%(kind)s) is on the line though contact %(contact)s is over.")
            % _names(line)
        ),
        mend=drop_line,
    ),
    conversation_check(
        "agent_on_call_without_offer",
        _("An agent on a call holds its contact"),
        rows=agent_without_offer,
        says=lambda line: (
            text("An agent is on the line of contact %(contact)s without holding it.")
            % _names(line)
        ),
        mend=drop_line,
    ),
    conversation_check(
        "line_on_ended_call",
        _("Nobody is on a call that has ended"),
        rows=on_ended_call,
        says=lambda line: (
            text("A party (%(kind)s) of contact %(contact)s is on a call that has ended.")
            % _names(line)
        ),
        mend=drop_line,
        is_thorough=True,
    ),
    conversation_check(
        "run_to_nobody",
        _("A flow that runs plays to somebody"),
        rows=run_to_nobody,
        says=lambda run: text("A flow of contact %s plays to nobody.") % run.contact,
        mend=_cancel,
    ),
    conversation_check(
        "run_without_end",
        _("A flow that waits is told when to go on"),
        rows=run_without_end,
        says=lambda run: text("A flow of contact %s waits for ever.") % run.contact,
        mend=_wake,
    ),
    conversation_check(
        "several_runs",
        _("One flow at most plays to a party"),
        rows=second_run,
        says=lambda run: text("Two flows of contact %s play to the same party.") % run.contact,
        mend=_cancel,
    ),
)


def _names(line: Connection) -> dict[str, object]:
    return {"kind": line.get_kind_display(), "contact": line.contact}
