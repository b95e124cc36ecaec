"""Contacts and calls: somebody or something must carry on what is not over."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as text
from django.utils.translation import gettext_lazy as _

from apps.contacts.domain.states import LIVE_OFFERS, ConnectionKind, ConnectionState, ContactState
from apps.contacts.domain.states import OfferState as Offered
from apps.contacts.models import Call, Connection, Contact, FlowRun, Offer
from apps.contacts.services import clearing
from apps.contacts.services.mending import conversation_check, end_call
from apps.routing.models import Queue

GOES_ON = (ContactState.IN_FLOW, ContactState.QUEUED, ContactState.JOINED)
OVER = (ContactState.ENDED, ContactState.COMPLETED)

_live_line = ~Q(state=ConnectionState.DISCONNECTED)


def _open(*states: ContactState) -> QuerySet[Contact]:
    """By the index of contacts that are not completed."""
    return Contact.objects.filter(completed_at=None, state__in=states)


def _offers(*states: Offered) -> Exists:
    return Exists(Offer.objects.filter(contact=OuterRef("pk"), state__in=states))


def _customer() -> QuerySet[Connection]:
    return Connection.objects.filter(
        _live_line, contact=OuterRef("pk"), kind=ConnectionKind.CUSTOMER
    )


def joined_to_nobody() -> QuerySet[Contact]:
    return _open(ContactState.JOINED).exclude(_offers(*LIVE_OFFERS))


def without_customer() -> QuerySet[Contact]:
    return _open(*GOES_ON).exclude(Exists(_customer()))


def on_ended_call() -> QuerySet[Contact]:
    return _open(*GOES_ON).exclude(call__ended_at=None)


def flow_forgotten() -> QuerySet[Contact]:
    """A caller whose audio is up, in a flow that does not run: silence for ever."""
    run = FlowRun.objects.filter(connection=OuterRef("pk"), is_running=True)
    stuck = _customer().filter(~Exists(run), state=ConnectionState.CONNECTED)
    return _open(ContactState.IN_FLOW).filter(Exists(stuck))


def queued_nowhere() -> QuerySet[Contact]:
    """Routing looks by queue and by instant, and of agents' own queues by agents who are there.

    A standard queue that is switched off is another matter: who waits in it is served.
    """
    lost = Q(queue=None) | Q(enqueued_at=None) | Q(effective_enqueued_at=None)
    lost |= Q(queue__kind=Queue.Kind.AGENT, queue__is_enabled=False)
    return _open(ContactState.QUEUED).filter(lost)


def never_completed() -> QuerySet[Contact]:
    return _open(ContactState.ENDED).exclude(_offers(*LIVE_OFFERS, Offered.ENDED))


def over_since_nobody_knows() -> QuerySet[Contact]:
    unknown = Q(disconnected_at=None) | Q(state=ContactState.COMPLETED)
    return _open(*OVER).filter(unknown)


def completed_and_yet_not_over() -> QuerySet[Contact]:
    wrong = ~Q(state=ContactState.COMPLETED) | Q(disconnected_at=None)
    return Contact.objects.exclude(completed_at=None).filter(wrong)


def call_without_parties() -> QuerySet[Call]:
    lines = Connection.objects.filter(_live_line, call=OuterRef("pk"))
    return Call.objects.filter(~Exists(lines), ended_at=None)


def _complete(contact: Contact, _call: Call, now: datetime) -> None:
    clearing.complete_if_done(contact, now=now)


def _date(contact: Contact, _call: Call, now: datetime) -> None:
    """The last thing that is known to have happened is the best guess for the end."""
    last = contact.events.exclude(kind="repaired").order_by("-at").first()
    known = last.at if last else now
    contact.disconnected_at = contact.disconnected_at or known
    if contact.state == ContactState.COMPLETED:
        contact.completed_at = contact.completed_at or max(known, contact.disconnected_at)
    else:
        contact.completed_at = None
    contact.save(update_fields=["disconnected_at", "completed_at"])


def _reopen(contact: Contact, call: Call, now: datetime) -> None:
    """Its state says that it is not complete: it ends properly, or gets its date."""
    if contact.state in OVER:
        _date(contact, call, now)
        return
    contact.completed_at = None
    contact.save(update_fields=["completed_at"])
    end_call(contact, call, now)


CHECKS = (
    conversation_check(
        "contact_joined_to_nobody",
        _("A contact in conversation is held by an agent"),
        rows=joined_to_nobody,
        says=lambda contact: text("Contact %s is joined to nobody.") % contact,
        mend=end_call,
    ),
    conversation_check(
        "contact_without_customer",
        _("A contact that goes on has its customer on the line"),
        rows=without_customer,
        says=lambda contact: text("Contact %s goes on although its customer is gone.") % contact,
        mend=end_call,
    ),
    conversation_check(
        "contact_on_ended_call",
        _("A contact that goes on is on a call that goes on"),
        rows=on_ended_call,
        says=lambda contact: text("Contact %s goes on although its call has ended.") % contact,
        mend=end_call,
    ),
    conversation_check(
        "contact_flow_forgotten",
        _("A caller who is not queued yet hears a flow"),
        rows=flow_forgotten,
        says=lambda contact: text("Contact %s is in a flow that does not run.") % contact,
        mend=end_call,
    ),
    conversation_check(
        "contact_queued_nowhere",
        _("A contact that waits has a place in a queue of somebody who is there"),
        rows=queued_nowhere,
        says=lambda contact: text("Contact %s waits where no agent will find it.") % contact,
        mend=end_call,
    ),
    conversation_check(
        "contact_never_completed",
        _("A contact that has ended is completed or an agent works on it"),
        rows=never_completed,
        says=lambda contact: text("Contact %s has ended and nobody works on it.") % contact,
        mend=_complete,
    ),
    conversation_check(
        "contact_over_without_end",
        _("A contact that is over knows since when"),
        rows=over_since_nobody_knows,
        says=lambda contact: text("Contact %s is over, nobody knows since when.") % contact,
        mend=_date,
    ),
    conversation_check(
        "contact_closed_wrongly",
        _("A contact with an instant of completion is complete"),
        rows=completed_and_yet_not_over,
        says=lambda contact: text("Contact %s is dated as completed and is not.") % contact,
        mend=_reopen,
        is_thorough=True,
    ),
    conversation_check(
        "call_without_parties",
        _("A call that goes on has somebody on it"),
        rows=call_without_parties,
        says=lambda call: text("Call %s goes on with nobody on it.") % call,
        mend=end_call,
    ),
)
