"""Which commands of the panel are possible now; the page never derives this itself (SR-080)."""

from collections.abc import Callable
from dataclasses import dataclass

from apps.contacts.domain.states import OfferState


@dataclass(frozen=True, slots=True)
class Situation:
    """An agent's one offer, if any, and the two connections that matter."""

    offer: OfferState | None
    is_softphone: bool = True
    is_customer_held: bool = False
    is_customer_joined: bool = False
    is_muted: bool = False


Rule = Callable[[Situation], bool]

_RULES: dict[str, Rule] = {
    "contact.accept": lambda s: s.offer is OfferState.RINGING and s.is_softphone,
    "contact.reject": lambda s: s.offer is OfferState.RINGING,
    "contact.end": lambda s: s.offer in (OfferState.ACCEPTED, OfferState.CONNECTED),
    "connection.hold": lambda s: (
        s.offer is OfferState.CONNECTED and s.is_customer_joined and not s.is_customer_held
    ),
    "connection.resume": lambda s: s.offer is OfferState.CONNECTED and s.is_customer_held,
    "connection.mute": lambda s: s.offer is OfferState.CONNECTED and not s.is_muted,
    "connection.unmute": lambda s: s.offer is OfferState.CONNECTED and s.is_muted,
    "connection.send_digits": lambda s: s.offer is OfferState.CONNECTED and not s.is_customer_held,
    "contact.clear": lambda s: s.offer in (OfferState.ENDED, OfferState.MISSED, OfferState.ERROR),
    "contact.become_available": lambda s: s.offer in (OfferState.MISSED, OfferState.ERROR),
}


def permitted(situation: Situation) -> tuple[str, ...]:
    """The names of the possible commands, in a fixed order."""
    return tuple(name for name, rule in _RULES.items() if rule(situation))
