"""A media node is judged gone only by a control process that could have heard it."""

import pytest

from apps.contacts.domain.nodes import Heartbeat, NodeWatch

pytestmark = pytest.mark.domain

BEAT = Heartbeat(slot="a", boot_id="1", calls=3, capacity=10, late_ms=0.4, address="127.0.0.1")


def watch_until(
    end: float, *, beats_until: float = 1000.0, echoes: bool = True
) -> tuple[NodeWatch, bool]:
    """Half-secondly heartbeats and echoes, a look each second; the watch and the last look."""
    watch, is_listening = NodeWatch(at=0.0), True
    for half in range(int(end * 2) + 1):
        at = half / 2
        if at <= beats_until:
            watch.heard(BEAT, at=at)
        if echoes:
            watch.echoed(at=at)
        if half % 2 == 0:
            is_listening = watch.look(at=at)
    return watch, is_listening


def test_a_node_that_speaks_is_not_silent() -> None:
    watch, is_listening = watch_until(10)

    assert is_listening
    assert not watch.is_silent("a", at=10)


def test_two_seconds_of_silence_are_a_death() -> None:
    watch, is_listening = watch_until(10, beats_until=7.5)

    assert is_listening
    assert not watch.is_silent("a", at=9.5)
    assert watch.is_silent("a", at=9.6)


def test_a_node_never_heard_is_given_the_same_time_from_the_start() -> None:
    watch, _ = watch_until(3)

    assert not watch.is_silent("never", at=3)
    assert watch.is_silent("never", at=3.1)


def test_a_control_that_does_not_hear_itself_judges_nobody() -> None:
    """Redis stands still: the nodes are as silent as we are deaf."""
    _, is_listening = watch_until(10, beats_until=5, echoes=False)

    assert not is_listening


def test_after_a_gap_of_its_own_control_gives_the_nodes_time_to_speak() -> None:
    """R-27: paused for thirty seconds, it wakes up and blames nobody."""
    watch, _ = watch_until(10)
    watch.echoed(at=40)

    assert not watch.look(at=40)
    watch.echoed(at=41)
    assert watch.look(at=41)
    assert not watch.is_silent("a", at=43)
    assert watch.is_silent("a", at=43.1)


def test_news_are_told_once() -> None:
    watch, _ = watch_until(2)

    assert watch.news() == [BEAT]
    assert watch.news() == []


def test_a_heartbeat_travels_unchanged() -> None:
    assert Heartbeat.from_dict(BEAT.to_dict() | {"kind": "beat"}) == BEAT
