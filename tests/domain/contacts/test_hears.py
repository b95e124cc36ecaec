"""Laws of who hears whom, for any parties in any states (architecture, decision 3)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.contacts.domain.hears import COMFORT, MUSIC, Party, hears
from apps.contacts.domain.states import ConnectionKind, ConnectionState

pytestmark = pytest.mark.domain

C, A, M = ConnectionKind.CUSTOMER, ConnectionKind.AGENT, ConnectionKind.MONITOR
CONNECTED, HOLD = ConnectionState.CONNECTED, ConnectionState.HOLD
PLAYERS = {COMFORT, MUSIC}


@st.composite
def rooms(draw: st.DrawFn) -> list[Party]:
    count = draw(st.integers(0, 6))
    ids = [f"p{n}" for n in range(count)]
    return [_party(draw, name, ids) for name in ids]


def _party(draw: st.DrawFn, name: str, ids: list[str]) -> Party:
    kind = draw(st.sampled_from(ConnectionKind))
    has_run = kind is not M and draw(st.booleans())
    return Party(
        id=name,
        kind=kind,
        state=draw(st.sampled_from(ConnectionState)),
        is_muted=draw(st.booleans()),
        has_run=has_run,
        player=f"{name}:1" if has_run and draw(st.booleans()) else None,
        has_media=draw(st.booleans()),
        monitored=draw(st.sampled_from([*ids, "nobody"])) if kind is M else None,
    )


@given(rooms())
def test_nobody_hears_itself(room: list[Party]) -> None:
    assert all(name not in row for name, row in hears(room).items())


@given(rooms())
def test_everybody_who_is_there_has_a_row_and_nobody_else(room: list[Party]) -> None:
    assert list(hears(room)) == [p.id for p in room if p.state is not ConnectionState.DISCONNECTED]


@given(rooms())
def test_a_muted_party_is_heard_by_nobody(room: list[Party]) -> None:
    """Not by a listening manager either."""
    muted = {p.id for p in room if p.is_muted}

    assert all(not muted & set(row) for row in hears(room).values())


@given(rooms())
def test_a_monitor_is_in_nobodys_row(room: list[Party]) -> None:
    monitors = {p.id for p in room if p.kind is M}

    assert all(not monitors & set(row) for row in hears(room).values())


@given(rooms())
def test_a_party_with_a_flow_hears_that_flow_alone_and_is_not_heard(room: list[Party]) -> None:
    table = hears(room)
    for party in room:
        if party.id in table and party.has_run:
            assert table[party.id] == ((party.player,) if party.player else ())
    playing = {p.id for p in room if p.has_run}
    assert all(not playing & set(table[p.id]) for p in room if p.id in table and p.kind is not M)


@given(rooms())
def test_a_held_party_hears_no_party_and_is_heard_by_none_sr_076(room: list[Party]) -> None:
    """SR-076: the customer on hold hears the hold flow, or music when there is none."""
    table = hears(room)
    held = {p.id for p in room if p.state is HOLD and p.kind is not M}
    for party in room:
        if party.id in held and not party.has_run:
            assert table[party.id] == (MUSIC,)
    assert all(not held & set(table[p.id]) for p in room if p.id in table and p.kind is not M)


@given(rooms())
def test_a_row_names_a_source_once_and_only_those_that_are_there(room: list[Party]) -> None:
    table = hears(room)
    known = set(table) | PLAYERS | {p.player for p in room if p.player}

    assert all(len(row) == len(set(row)) and set(row) <= known for row in table.values())


@given(rooms())
def test_the_order_of_a_row_is_the_order_of_the_parties(room: list[Party]) -> None:
    """A stable order keeps the router from starting over when nothing changed."""
    places = {p.id: place for place, p in enumerate(room)}
    table = hears(room)
    for party in room:
        if party.kind is not M:
            found = [places[source] for source in table.get(party.id, ()) if source in places]
            assert found == sorted(found)
    assert hears(room) == table


@given(rooms())
def test_a_monitor_hears_what_its_party_hears_and_the_party(room: list[Party]) -> None:
    table = hears(room)
    parties = {p.id: p for p in room if p.kind is not M and p.id in table}
    for monitor in room:
        if monitor.kind is not M or monitor.id not in table:
            continue
        party = parties.get(monitor.monitored or "")
        itself = (party.id,) if party and not party.is_muted else ()
        assert table[monitor.id] == ((*table[party.id], *itself) if party else ())


def conversation(customer: Party, agent: Party) -> dict[str, tuple[str, ...]]:
    return hears([customer, agent])


CUSTOMER = Party(id="c", kind=C, state=CONNECTED)
AGENT = Party(id="a", kind=A, state=CONNECTED)


def test_two_joined_parties_hear_each_other() -> None:
    assert conversation(CUSTOMER, AGENT) == {"c": ("a",), "a": ("c",)}


def test_comfort_sound_while_the_only_partner_is_away() -> None:
    assert conversation(CUSTOMER, replace(AGENT, has_media=False))["c"] == (COMFORT,)


def test_a_muted_partner_is_silence_and_not_comfort() -> None:
    assert conversation(CUSTOMER, replace(AGENT, is_muted=True))["c"] == ()


def test_a_partner_who_is_away_is_not_missed_while_another_speaks() -> None:
    third = Party(id="t", kind=ConnectionKind.THIRD_PARTY, state=CONNECTED)

    assert hears([CUSTOMER, replace(AGENT, has_media=False), third])["c"] == ("t",)


def test_a_customer_alone_hears_music_for_an_agent_will_come() -> None:
    assert hears([CUSTOMER]) == {"c": (MUSIC,)}


def test_an_agent_is_not_heard_before_the_whispers_have_ended() -> None:
    whispered = replace(AGENT, has_run=True, player="w:1")
    waiting = replace(CUSTOMER, has_run=True, player="q:1")

    assert conversation(waiting, whispered) == {"c": ("q:1",), "a": ("w:1",)}
    assert conversation(waiting, AGENT) == {"c": ("q:1",), "a": ()}


@pytest.mark.parametrize("state", [ConnectionState.CONNECTING, ConnectionState.DISCONNECTED])
def test_who_is_not_there_yet_or_any_more_is_not_heard(state: ConnectionState) -> None:
    assert "a" not in conversation(CUSTOMER, replace(AGENT, state=state))["c"]
