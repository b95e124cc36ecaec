"""Routing an instance: a pass, then the answer of those agents who want no button (SR-112)."""

import logging

from apps.contacts.domain.states import OfferState
from apps.contacts.models import Offer
from apps.contacts.services import offers
from apps.contacts.services.dispatch import run_pass
from apps.instances.models import Instance

_log = logging.getLogger(__name__)


def route(instance: Instance) -> int:
    """Offer waiting contacts, then accept what rings at agents with auto-accept.

    Accepting needs the call's lock, which a pass must not wait for: so it comes after it. What a
    killed process left ringing is found by the next one. Returns how many were offered.
    """
    offered = run_pass(instance)
    for offer_id in _ringing_at_agents_without_button():
        try:
            offers.accept_automatically(offer_id)
        except Exception:  # one broken call must not keep the others from being answered
            _log.exception("An offer could not be accepted", extra={"offer": offer_id})
    return offered


def _ringing_at_agents_without_button() -> list[int]:
    """Keys of offers, by the index of those that are not cleared; none after most passes."""
    ringing = Offer.objects.filter(cleared_at=None, state=OfferState.RINGING)
    found = ringing.filter(agent__auto_accept=True).order_by()
    return list(found.values_list("pk", flat=True))
