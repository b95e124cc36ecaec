"""The end of an agent's work on a contact."""

from datetime import datetime

from apps.contacts.domain.states import ContactState, OfferState
from apps.contacts.domain.transitions import ContactEventKind, OfferEventKind
from apps.contacts.models import Contact, Offer
from apps.contacts.services import turning_points
from apps.contacts.services.rows import move_contact, move_offer, record

CLEARABLE = (OfferState.ENDED, OfferState.MISSED, OfferState.ERROR)


def clear_offer(offer: Offer, *, now: datetime) -> None:
    """Free the agent's slot; the contact is complete when nobody works on it any more."""
    worked = offer.state == OfferState.ENDED
    move_offer(offer, OfferEventKind.CLEARED, at=now, cleared_at=now)
    record(offer.contact, "cleared", at=now, offer=offer.n)
    if worked:
        complete_if_done(offer.contact, now=now)


def complete_if_done(contact: Contact, *, now: datetime) -> None:
    contact.refresh_from_db(fields=["state"])
    at_work = contact.offers.filter(state=OfferState.ENDED).exists()
    if contact.state == ContactState.ENDED and not at_work:
        move_contact(contact, ContactEventKind.WORK_CLEARED, completed_at=now)
        record(contact, "completed", at=now)
        turning_points.completed(contact, now=now)
