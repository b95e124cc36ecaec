"""Offers: what holds an agent must hold a contact too, and must come to an end by itself."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as text
from django.utils.translation import gettext_lazy as _

from apps.contacts.domain.states import LIVE_OFFERS, ConnectionState, ContactState, OfferState
from apps.contacts.models import Call, Offer
from apps.contacts.services.mending import conversation_check, end_call, give_back

HANDED_OUT = (OfferState.RINGING, OfferState.ACCEPTED)
ON_THE_LINE = (OfferState.ACCEPTED, OfferState.CONNECTED)


def _held(*states: OfferState) -> QuerySet[Offer]:
    """By the index of offers that are not cleared."""
    offers = Offer.objects.filter(cleared_at=None, state__in=states)
    return offers.select_related("contact__instance", "agent__user", "connection")


def of_contact_that_does_not_wait() -> QuerySet[Offer]:
    return _held(*HANDED_OUT).exclude(contact__state=ContactState.QUEUED)


def connected_to_contact_that_is_not() -> QuerySet[Offer]:
    return _held(OfferState.CONNECTED).exclude(contact__state=ContactState.JOINED)


def without_end() -> QuerySet[Offer]:
    """Accepted is either waited for by the line's deadline or, once audio is up, by its own."""
    no_line = Q(state=OfferState.RINGING) | Q(connection=None) | Q(connection__due_at=None)
    return _held(*HANDED_OUT).filter(no_line, due_at=None)


def without_line() -> QuerySet[Offer]:
    gone = Q(connection=None) | Q(connection__state=ConnectionState.DISCONNECTED)
    return _held(*ON_THE_LINE).filter(gone)


def second_agent() -> QuerySet[Offer]:
    """The database forbids it by an index; a damaged index would not."""
    earlier = Offer.objects.filter(
        contact=OuterRef("contact"), state__in=LIVE_OFFERS, pk__lt=OuterRef("pk")
    )
    return _held(*LIVE_OFFERS).filter(Exists(earlier))


def second_contact() -> QuerySet[Offer]:
    """As above, for the agent's one slot."""
    earlier = Offer.objects.filter(
        agent=OuterRef("agent"), channel=OuterRef("channel"), pk__lt=OuterRef("pk")
    )
    held = _held(*OfferState).exclude(state=OfferState.CLEARED)
    return held.filter(Exists(earlier.exclude(state=OfferState.CLEARED)))


def cleared_or_not() -> QuerySet[Offer]:
    is_cleared = Q(state=OfferState.CLEARED)
    unlike = (is_cleared & Q(cleared_at=None)) | (~is_cleared & ~Q(cleared_at=None))
    return Offer.objects.filter(unlike).select_related("contact", "agent__user")


def _date(offer: Offer, _call: Call, now: datetime) -> None:
    """The state is what everybody goes by."""
    is_cleared = offer.state == OfferState.CLEARED
    offer.cleared_at = (offer.state_since or now) if is_cleared else None
    offer.save(update_fields=["cleared_at"])


def _give_up(offer: Offer, call: Call, now: datetime) -> None:
    """A waiting caller waits on; in a conversation nobody knows who talks with whom."""
    if offer.contact.state == ContactState.QUEUED:
        give_back(offer, call, now)
    else:
        end_call(offer, call, now)


CHECKS = (
    conversation_check(
        "offer_without_waiting_contact",
        _("What rings at an agent is a contact that waits"),
        rows=of_contact_that_does_not_wait,
        says=lambda offer: (
            text("%(agent)s is offered contact %(contact)s, which does not wait.") % _names(offer)
        ),
        mend=end_call,
    ),
    conversation_check(
        "offer_connected_without_contact",
        _("An agent in conversation holds a contact in conversation"),
        rows=connected_to_contact_that_is_not,
        says=lambda offer: (
            text("%(agent)s counts as talking; contact %(contact)s does not.") % _names(offer)
        ),
        mend=end_call,
    ),
    conversation_check(
        "offer_without_end",
        _("A ring and a connecting call have a deadline"),
        rows=without_end,
        says=lambda offer: (
            text("Contact %(contact)s is offered to %(agent)s for ever.") % _names(offer)
        ),
        mend=_give_up,
    ),
    conversation_check(
        "offer_without_line",
        _("An agent who accepted is on the call"),
        rows=without_line,
        says=lambda offer: (
            text("%(agent)s holds contact %(contact)s and is not on the call.") % _names(offer)
        ),
        mend=_give_up,
    ),
    conversation_check(
        "contact_with_several_agents",
        _("A contact is with one agent"),
        rows=second_agent,
        says=lambda offer: (
            text("Contact %(contact)s is with %(agent)s and with another agent.") % _names(offer)
        ),
        mend=end_call,
    ),
    conversation_check(
        "agent_with_several_contacts",
        _("An agent holds one contact"),
        rows=second_contact,
        says=lambda offer: (
            text("%(agent)s holds contact %(contact)s and another one.") % _names(offer)
        ),
        mend=end_call,
    ),
    conversation_check(
        "offer_cleared_or_not",
        _("An offer is cleared if it knows since when"),
        rows=cleared_or_not,
        says=lambda offer: (
            text("Nobody knows whether %(agent)s has cleared contact %(contact)s.") % _names(offer)
        ),
        mend=_date,
        is_thorough=True,
    ),
)


def _names(offer: Offer) -> dict[str, object]:
    return {"agent": offer.agent, "contact": offer.contact}
