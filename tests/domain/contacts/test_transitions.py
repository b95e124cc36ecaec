"""Contact, offer and connection move along their tables and in no other way."""

from collections.abc import Mapping
from enum import StrEnum
from itertools import product
from typing import Any

import pytest

from apps.contacts.domain.states import LIVE_OFFERS, ConnectionState, ContactState, OfferState
from apps.contacts.domain.transitions import (
    CONNECTION,
    CONTACT,
    OFFER,
    ConnectionEventKind,
    ContactEventKind,
    InvalidTransitionError,
    OfferEventKind,
    advance,
)

pytestmark = pytest.mark.domain

Table = Mapping[Any, StrEnum]

# Written down a second time, in words: what the architecture (decision 2) allows and nothing else.
CONTACT_MOVES = """
in_flow enqueued queued
in_flow left completed
queued joined joined
queued left completed
joined left ended
ended work_cleared completed
"""
OFFER_MOVES = """
ringing accepted accepted
ringing not_answered missed
ringing failed error
ringing withdrawn cleared
accepted joined connected
accepted not_answered missed
accepted failed error
accepted withdrawn cleared
connected ended ended
ended cleared cleared
missed cleared cleared
error cleared cleared
"""
CONNECTION_MOVES = """
connecting media_up connected
connecting left disconnected
early media_up connected
early left disconnected
connected held hold
connected left disconnected
hold resumed connected
hold left disconnected
"""
KINDS: list[tuple[Table, type[StrEnum], type[StrEnum], str]] = [
    (CONTACT, ContactState, ContactEventKind, CONTACT_MOVES),
    (OFFER, OfferState, OfferEventKind, OFFER_MOVES),
    (CONNECTION, ConnectionState, ConnectionEventKind, CONNECTION_MOVES),
]
PAIRS = [
    pytest.param(table, state, event, moves, id=f"{states.__name__}-{state}-{event}")
    for table, states, events, moves in KINDS
    for state, event in product(states, events)
]


@pytest.mark.parametrize(("table", "state", "event", "moves"), PAIRS)
def test_each_pair_is_a_listed_move_or_refused(
    table: Table, state: StrEnum, event: StrEnum, moves: str
) -> None:
    """R-21: a late timer or a second click cannot move a row to a state it must not have."""
    listed = {(was, what): then for was, what, then in map(str.split, moves.split("\n")[1:-1])}
    expected = listed.get((state.value, event.value))

    if expected is None:
        with pytest.raises(InvalidTransitionError):
            advance(dict(table), state, event)
    else:
        assert advance(dict(table), state, event) == expected


@pytest.mark.parametrize(("table", "states"), [(kind[0], kind[1]) for kind in KINDS])
def test_every_state_leads_to_the_last_one_r_21(table: Table, states: type[StrEnum]) -> None:
    """R-21: nobody can be stuck: from each state there is a way to the end."""
    last = [state for state in states if not any(was == state for was, _ in table)]
    ends = set(last)
    for _ in states:
        ends |= {was for (was, _), then in table.items() if then in ends}

    assert len(last) == 1
    assert ends == set(states)


def test_an_offer_that_rings_or_talks_is_live_and_one_that_waits_for_clearing_is_not() -> None:
    assert set(LIVE_OFFERS) == {OfferState.RINGING, OfferState.ACCEPTED, OfferState.CONNECTED}
