"""The stretches of a contact, folded from its history."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.contacts.domain.timeline import HistoryLine, Stretch, holds, segments

pytestmark = pytest.mark.domain

START = datetime(2026, 11, 22, 9, 14, tzinfo=UTC)
KINDS = (
    *("initiated", "connected_to_system", "enqueued", "offered", "accepted", "missed", "mute"),
    *("connected_to_agent", "hold", "resume", "ended", "abandoned", "cleared", "completed"),
)


def history(*lines: tuple[int, str]) -> list[HistoryLine]:
    return [HistoryLine(kind, START + timedelta(seconds=at)) for at, kind in lines]


def told(*lines: tuple[int, str]) -> list[tuple[str, float | None]]:
    """(kind, seconds or None while it lasts) of each stretch."""
    return [
        (str(found.kind), (found.end - found.start).total_seconds() if found.end else None)
        for found in segments(history(*lines))
    ]


def test_an_answered_call_is_flow_queue_ring_talk_hold_and_work() -> None:
    assert told(
        *((0, "initiated"), (1, "connected_to_system"), (8, "enqueued"), (110, "offered")),
        *((119, "accepted"), (121, "connected_to_agent"), (331, "hold"), (369, "resume")),
        *((430, "ended"), (430, "ended_by_agent"), (472, "cleared"), (472, "completed")),
    ) == [
        *(("flow", 8), ("queue", 102), ("ring", 9), ("connecting", 2)),
        *(("talk", 210), ("hold", 38), ("talk", 61), ("work", 42)),
    ]


def test_a_missed_ring_goes_back_to_the_queue() -> None:
    lines = ((0, "enqueued"), (5, "offered"), (25, "missed"), (30, "offered"), (31, "withdrawn"))
    assert told(*lines, (31, "abandoned")) == [
        *(("queue", 5), ("ring", 20), ("queue", 5), ("ring", 1)),
    ]


def test_what_is_going_on_has_no_end_yet() -> None:
    assert told((0, "initiated"), (3, "enqueued")) == [("flow", 3), ("queue", None)]


def test_a_customer_who_leaves_on_hold_ends_the_hold() -> None:
    found = holds(history((0, "connected_to_agent"), (10, "hold"), (25, "ended")))
    assert [segment.length(START).total_seconds() for segment in found] == [15]


@given(st.lists(st.tuples(st.integers(0, 60), st.sampled_from(KINDS)), max_size=25))
def test_stretches_follow_each_other_and_only_the_last_may_last_still(
    steps: list[tuple[int, str]],
) -> None:
    at, lines = 0, []
    for step, kind in steps:
        at += step
        lines.append((at, kind))
    found = segments(history(*lines))
    ends = [segment.end for segment in found]
    assert None not in ends[:-1]
    for before, after in pairwise(found):
        assert before.end is not None
        assert before.end <= after.start
    assert all(kind in Stretch for kind in (segment.kind for segment in found))
