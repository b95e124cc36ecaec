"""The contact as our own page shows it."""

from typing import Any

from django.utils.translation import gettext as _

from apps.ccp.facts import AgentFacts
from apps.contacts.domain.states import OfferState
from apps.contacts.models import Contact, Offer
from apps.core.clock import iso
from apps.numbers.domain.e164 import display
from apps.recordings.selectors import recorded_now


def contact_view(facts: AgentFacts) -> dict[str, Any] | None:
    """The held contact, or None. Instants are ISO text; `number` is E.164 or None."""
    offer, contact = facts.offer, facts.contact
    if offer is None or contact is None:
        return None
    return {
        "id": str(contact.public_id),
        "offer": str(offer.public_id),
        "queue": contact.queue.name if contact.queue else "",
        "number": contact.customer_number or None,
        "numberDisplay": number_display(contact),
        "attributes": [[name, value] for name, value in contact.attributes.items()],
        "enqueuedAt": iso(contact.enqueued_at),
        "connectedAt": iso(offer.connected_at),
        "ringDueAt": _due(offer, OfferState.RINGING),
        "acwDueAt": _due(offer, OfferState.ENDED),
        # What the flow asked for stays on the contact; the panel says only what is being done.
        "recorded": recorded_now(contact) if offer.state == OfferState.CONNECTED else [],
        "muted": facts.is_muted,
        "onHold": facts.is_customer_held,
        "endReason": offer.end_reason or None,
    }


def number_display(contact: Contact) -> str:
    """Readable, with country code (SR-028); a caller on the web page may have no number."""
    return display(contact.customer_number) if contact.customer_number else _("Web caller")


def _due(offer: Offer, state: OfferState) -> str | None:
    return iso(offer.due_at) if offer.state == state else None
