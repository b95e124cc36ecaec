"""The page of one contact: what happened, in words and as a line of time, and its recording."""

from datetime import datetime, timedelta
from typing import Any, ClassVar, cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from apps.audit.services import Reading, record_read
from apps.contacts import selectors
from apps.contacts.domain.lengths import length_text
from apps.contacts.domain.timeline import HistoryLine, Segment, Stretch, holds, segments
from apps.contacts.errors import ContactNotWaiting
from apps.contacts.models import Contact, ContactEvent, Offer
from apps.contacts.recordings import recordings
from apps.contacts.services import explaining
from apps.contacts.views import wording
from apps.core import clock
from apps.core.clock import iso
from apps.instances.zoned import ZonedView
from apps.numbers.domain.e164 import display
from apps.users.models import User

ATTRIBUTES, LISTEN = "ContactAttributes.View", "ListenCallRecordings"
DOWNLOAD = "DownloadCallRecordings"
HIDDEN_LINES = frozenset({"flow_log"})  # block by block: for the flow's author, not for this page
WIDTH = 1000  # of the line of time, in the drawing's own units

# Which of the design system's nine states lends a stretch its colour, and its icon.
_LOOKS = {
    Stretch.FLOW: ("offline", "info"),
    Stretch.QUEUE: ("away", "queue"),
    Stretch.RING: ("ringing", "phone"),
    Stretch.CONNECTING: ("ringing", "phone"),
    Stretch.TALK: ("connected", "headset"),
    Stretch.HOLD: ("hold", "hold"),
    Stretch.WORK: ("acw", "clock"),
}


class ContactPage(ZonedView):
    """`/<alias>/contacts/<id>`, for those who may search and the agents who handled it."""

    permission: ClassVar[str | None] = "ContactSearch.View"

    def authorise(self, request: HttpRequest, **kwargs: Any) -> None:
        """Whoever may not search is refused alike for contacts there are and others (SR-022)."""
        self.is_own = selectors.has_handled(cast(User, request.user), contact=kwargs["public_id"])
        if not self.is_own:
            super().authorise(request, **kwargs)

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        contact = selectors.contacts_with_history().filter(public_id=public_id).first()
        if contact is None:
            raise Http404
        record_read(contact, what=Reading.VIEWED)
        context = self.get_context_data()
        rights = context["rights"]
        context |= {
            "contact": contact_context(
                contact, shows_attributes=self.is_own or ATTRIBUTES in rights, now=clock.now()
            ),
            "player": _player(contact, rights),
        }
        return TemplateResponse(request, "contacts/contact.html", context)


def contact_context(contact: Contact, *, shows_attributes: bool, now: datetime) -> dict[str, Any]:
    """Everything the template tells of the contact but its recording."""
    offers = list(contact.offers.all())
    return {
        "id": str(contact.public_id),
        "caller": wording.caller(contact),
        "started": contact.initiated_at,
        "goes_on": contact.disconnected_at is None,
        "facts": _facts(contact, offers),
        "attributes": sorted(contact.attributes.items()) if shows_attributes else None,
        "chain": _chain(contact),
        "segments": _segments(segments(_lines(contact)), now=now),
        "history": _history(contact, offers),
        "offers": [_offer(offer) for offer in offers],
        "why_waiting": _why_waiting(contact, now=now),
    }


def _facts(contact: Contact, offers: list[Offer]) -> list[tuple[str, str]]:
    joined = [offer.agent.user.display_name for offer in offers if offer.connected_at]
    end = contact.disconnected_at
    told = [
        (_("From"), wording.caller(contact)),
        (_("To"), display(contact.system_number)),
        (_("Queue"), contact.queue.name if contact.queue else ""),
        (_("Agent"), joined[-1] if joined else ""),
        (_("Duration"), length_text(end - contact.initiated_at) if end else _("Still going on")),
        (_("Ended by"), wording.ended_by(contact)),
    ]
    return [(label, value) for label, value in told if value]


def _chain(contact: Contact) -> list[dict[str, Any]]:
    """The contacts before and after this one, where a transfer made some."""
    others = [
        (_("First of the chain"), contact.initial),
        (_("Previous"), contact.previous),
        (_("Next"), contact.next),
    ]
    return [
        {"label": label, "id": str(other.public_id)}
        for label, other in others
        if other is not None and other.pk != contact.pk
    ]


def _lines(contact: Contact) -> list[HistoryLine]:
    return [HistoryLine(event.kind, event.at) for event in contact.events.all()]


def _segments(found: list[Segment], *, now: datetime) -> list[dict[str, Any]]:
    """The stretches with their place in the drawing; those under a second are left out."""
    lengths = [(segment, segment.length(now)) for segment in found]
    shown = [(segment, length) for segment, length in lengths if length >= timedelta(seconds=1)]
    whole = sum((length for _, length in shown), timedelta()) or timedelta(seconds=1)
    passed, drawn = timedelta(), []
    for segment, length in shown:
        state, icon = _LOOKS[segment.kind]
        drawn.append(
            {
                "label": wording.STRETCHES[segment.kind],
                "state": state,
                "icon": icon,
                "duration": length_text(length),
                "lasts": segment.end is None,
                "x": str(round(passed / whole * WIDTH, 1)),
                "width": str(round(length / whole * WIDTH, 1)),
            }
        )
        passed += length
    return drawn


def _history(contact: Contact, offers: list[Offer]) -> list[dict[str, Any]]:
    agents = {offer.n: offer.agent.user.display_name for offer in offers}
    shown = [event for event in contact.events.all() if event.kind not in HIDDEN_LINES]
    return [_line(event, wording.history_line(event, agents=agents)) for event in shown]


def _line(event: ContactEvent, text: str) -> dict[str, Any]:
    """Who did it is said only where the sentence does not say it already."""
    actor = event.actor.display_name if event.actor else ""
    return {"at": event.at, "text": text, "actor": "" if actor in text else actor}


def _why_waiting(contact: Contact, *, now: datetime) -> list[str]:
    """Sentences, none for a contact that is in no queue."""
    try:
        return wording.why_waiting(explaining.why_waiting(contact, now=now))
    except ContactNotWaiting:
        return []


def _offer(offer: Offer) -> dict[str, Any]:
    return {
        "agent": offer.agent.user.display_name,
        "at": offer.created_at,
        "outcome": wording.outcome(offer),
        "why": wording.why(offer),
    }


def _player(contact: Contact, rights: frozenset[str]) -> dict[str, Any] | None:
    """What the page's script needs to fetch the recording, None where there never was one."""
    if contact.pk not in recordings().of([contact.pk]):
        return None
    alias = contact.instance.alias
    return {
        "may_listen": LISTEN in rights,
        "may_download": DOWNLOAD in rights,
        "data": f"/api/v1/instances/{alias}/contacts/{contact.public_id}/recording",
        "holds": [[iso(hold.start), iso(hold.end)] for hold in holds(_lines(contact))],
    }
