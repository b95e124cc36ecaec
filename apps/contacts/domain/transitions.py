"""The life of contact, offer and connection, as one table each.

A pair that is not listed is refused: a late timer, a second click or a replayed event cannot move
a row to a state it must not have.
"""

from enum import StrEnum
from typing import TypeVar

from apps.contacts.domain.states import ConnectionState, ContactState, OfferState

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)


class InvalidTransitionError(Exception):
    """What happened is not possible in this state."""

    def __init__(self, state: StrEnum, event: StrEnum) -> None:
        super().__init__(f"{event} is not possible while {state}")
        self.state, self.event = state, event


class ContactEventKind(StrEnum):
    ENQUEUED = "enqueued"
    JOINED = "joined"
    LEFT = "left"  # the customer is gone or was disconnected
    WORK_CLEARED = "work_cleared"


class OfferEventKind(StrEnum):
    ACCEPTED = "accepted"
    JOINED = "joined"
    NOT_ANSWERED = "not_answered"  # rang out, rejected, or hung up before joining
    FAILED = "failed"  # accepted, but the media never came up or cannot
    WITHDRAWN = "withdrawn"  # the customer left first
    ENDED = "ended"
    CLEARED = "cleared"


class ConnectionEventKind(StrEnum):
    MEDIA_UP = "media_up"
    HELD = "held"
    RESUMED = "resumed"
    LEFT = "left"


_C, _CE = ContactState, ContactEventKind
CONTACT: dict[tuple[ContactState, ContactEventKind], ContactState] = {
    (_C.IN_FLOW, _CE.ENQUEUED): _C.QUEUED,
    (_C.IN_FLOW, _CE.LEFT): _C.COMPLETED,
    (_C.QUEUED, _CE.JOINED): _C.JOINED,
    (_C.QUEUED, _CE.LEFT): _C.COMPLETED,  # abandoned
    (_C.JOINED, _CE.LEFT): _C.ENDED,  # after contact work begins
    (_C.ENDED, _CE.WORK_CLEARED): _C.COMPLETED,
}

_O, _OE = OfferState, OfferEventKind
OFFER: dict[tuple[OfferState, OfferEventKind], OfferState] = {
    (_O.RINGING, _OE.ACCEPTED): _O.ACCEPTED,
    (_O.RINGING, _OE.NOT_ANSWERED): _O.MISSED,
    (_O.RINGING, _OE.FAILED): _O.ERROR,  # to be accepted automatically without a softphone
    (_O.RINGING, _OE.WITHDRAWN): _O.CLEARED,
    (_O.ACCEPTED, _OE.JOINED): _O.CONNECTED,
    (_O.ACCEPTED, _OE.NOT_ANSWERED): _O.MISSED,
    (_O.ACCEPTED, _OE.FAILED): _O.ERROR,
    (_O.ACCEPTED, _OE.WITHDRAWN): _O.CLEARED,  # no after contact work, no lock
    (_O.CONNECTED, _OE.ENDED): _O.ENDED,
    (_O.ENDED, _OE.CLEARED): _O.CLEARED,
    (_O.MISSED, _OE.CLEARED): _O.CLEARED,
    (_O.ERROR, _OE.CLEARED): _O.CLEARED,
}

_N, _NE = ConnectionState, ConnectionEventKind
CONNECTION: dict[tuple[ConnectionState, ConnectionEventKind], ConnectionState] = {
    (_N.CONNECTING, _NE.MEDIA_UP): _N.CONNECTED,
    (_N.CONNECTING, _NE.LEFT): _N.DISCONNECTED,
    (_N.EARLY, _NE.MEDIA_UP): _N.CONNECTED,
    (_N.EARLY, _NE.LEFT): _N.DISCONNECTED,
    (_N.CONNECTED, _NE.HELD): _N.HOLD,
    (_N.CONNECTED, _NE.LEFT): _N.DISCONNECTED,
    (_N.HOLD, _NE.RESUMED): _N.CONNECTED,
    (_N.HOLD, _NE.LEFT): _N.DISCONNECTED,
}


def advance(table: dict[tuple[S, E], S], state: S, event: E) -> S:
    """The state after the event, or InvalidTransitionError."""
    try:
        return table[state, event]
    except KeyError:
        raise InvalidTransitionError(state, event) from None
