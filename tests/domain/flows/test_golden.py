"""Golden traces: flow and script in, (block, way out) out; the same after losing the process."""

from collections.abc import Sequence
from typing import Any

import pytest

from apps.flows.defaults import default_flows
from apps.flows.domain.effects import Clip, Collect, Enqueue, LoopPlay, Play, SetRecording
from apps.flows.domain.events import Digits, Enqueued, Event, PlayEnded, Refused, TimedOut
from apps.flows.domain.references import find_all
from apps.flows.domain.validation import validate
from apps.flows.domain.world import FlowVersion, Queue
from tests.domain.flows.bench import Answering, FakeWorld, drive, through_json, version

pytestmark = pytest.mark.domain

DEFAULTS = {flow.slug: flow for flow in default_flows()}
STAFFED = ("NumberOfAgentsStaffed", "q1")


def one(token: str) -> Event:
    return Digits(token, "1")


def two(token: str) -> Event:
    return Digits(token, "2")


def full(token: str) -> Event:
    return Refused(token, "QueueAtCapacity")


def shipped(slug: str) -> FlowVersion:
    return version(DEFAULTS[slug].content, type_=DEFAULTS[slug].type)


def world(**facts: Any) -> FakeWorld:
    names = ("Beep", "CustomerHold", "CustomerQueue")
    return FakeWorld(
        values={"Queue": {"Name": "Sales"}},
        queues={"name:BasicQueue": Queue("q1", "BasicQueue")},
        prompts={f"name:{name}": name for name in names},
        **facts,
    )


QUEUED = [
    ("Record both", "Success"),
    ("Greet", "Success"),
    ("Choose queue", "Success"),
]
GOLDEN: list[tuple[str, dict[str, Any], Sequence[Answering], list[tuple[str, str]], str | None]] = [
    ("default_agent_hold", {}, [], [], None),
    ("default_customer_hold", {}, [], [], None),
    ("default_customer_queue", {}, [], [], None),
    (
        "default_agent_transfer",
        {},
        [PlayEnded],
        [("Announce transfer", "Success"), ("Transfer to agent", "to_agent")],
        "to_agent",
    ),
    (
        "default_agent_whisper",
        {},
        [PlayEnded],
        [("Say queue", "Success"), ("End flow", "resumed")],
        "resumed",
    ),
    (
        "default_customer_whisper",
        {},
        [PlayEnded],
        [("Beep", "Success"), ("End flow", "resumed")],
        "resumed",
    ),
    (
        "default_outbound",
        {},
        [],
        [("Record nobody", "Success"), ("End flow", "resumed")],
        "resumed",
    ),
    (
        "default_queue_transfer",
        {"open": {"q1": True}, "metrics": {STAFFED: 2}, "target_queue": "q1"},
        [PlayEnded, Enqueued],
        [
            ("Check hours", "True"),
            ("Check staffing", "0"),
            ("Announce transfer", "Success"),
            ("Transfer to queue", "queued"),
        ],
        "queued",
    ),
    (
        "default_queue_transfer",
        {"open": {"q1": False}, "target_queue": "q1"},
        [PlayEnded],
        [("Check hours", "False"), ("Say closed", "Success"), ("Disconnect", "disconnected")],
        "disconnected",
    ),
    (
        "default_queue_transfer",
        {"open": {"q1": True}, "metrics": {STAFFED: 0}, "target_queue": "q1"},
        [PlayEnded],
        [
            ("Check hours", "True"),
            ("Check staffing", "NoMatchingCondition"),
            ("Say unstaffed", "Success"),
            ("Disconnect", "disconnected"),
        ],
        "disconnected",
    ),
    (
        "default_queue_transfer",
        {},
        [PlayEnded],
        [
            ("Check hours", "NoMatchingError"),
            ("Say error", "Success"),
            ("Disconnect", "disconnected"),
        ],
        "disconnected",
    ),
    (
        "demo_inbound",
        {},
        [PlayEnded, Enqueued],
        [*QUEUED, ("Transfer to queue", "queued")],
        "queued",
    ),
    (
        "demo_inbound",
        {},
        [PlayEnded, full, PlayEnded],
        [
            *QUEUED,
            ("Transfer to queue", "QueueAtCapacity"),
            ("Apologise", "Success"),
            ("Disconnect", "disconnected"),
        ],
        "disconnected",
    ),
    (
        "sample_inbound",
        {},
        [TimedOut, two, PlayEnded, one, Enqueued],
        [
            ("Set logging", "Success"),
            ("Menu", "InputTimeLimitExceeded"),
            ("Ask again", "ContinueLooping"),
            ("Menu", "2"),
            ("Explain", "Success"),
            ("Menu", "1"),
            ("Choose queue", "Success"),
            ("Transfer to queue", "queued"),
        ],
        "queued",
    ),
    (
        "sample_inbound",
        {},
        [TimedOut, TimedOut, TimedOut, PlayEnded],
        [
            ("Set logging", "Success"),
            ("Menu", "InputTimeLimitExceeded"),
            ("Ask again", "ContinueLooping"),
            ("Menu", "InputTimeLimitExceeded"),
            ("Ask again", "ContinueLooping"),
            ("Menu", "InputTimeLimitExceeded"),
            ("Ask again", "DoneLooping"),
            ("Say goodbye", "Success"),
            ("Disconnect", "disconnected"),
        ],
        "disconnected",
    ),
]


@pytest.mark.parametrize(("slug", "facts", "script", "trace", "ended"), GOLDEN)
def test_trace(
    slug: str,
    facts: dict[str, Any],
    script: Sequence[Answering],
    trace: list[tuple[str, str]],
    ended: str | None,
) -> None:
    ran = drive(shipped(slug), *script, world=world(**facts))
    assert (ran.trace, ran.state["ended"]) == (trace, ended)
    assert ended is not None or ran.state["waiting"] is not None


@pytest.mark.parametrize(("slug", "facts", "script", "trace", "ended"), GOLDEN)
def test_losing_the_process_after_every_step_changes_nothing(
    slug: str,
    facts: dict[str, Any],
    script: Sequence[Answering],
    trace: list[tuple[str, str]],
    ended: str | None,
) -> None:
    kept = drive(shipped(slug), *script, world=world(**facts))
    lost = drive(shipped(slug), *script, world=world(**facts), keep=through_json)
    assert (lost.trace, lost.effects, lost.state) == (trace, kept.effects, kept.state)


def test_every_shipped_flow_has_a_golden_trace() -> None:
    assert {slug for slug, *_ in GOLDEN} == set(DEFAULTS)


@pytest.mark.parametrize("slug", DEFAULTS)
def test_a_shipped_flow_has_no_problems_and_names_its_resources(slug: str) -> None:
    flow = DEFAULTS[slug]
    assert validate(flow.content, flow.type) == []
    assert all(reference.name for reference in find_all(flow.content))


def test_the_demo_records_both_sides_before_it_says_so_and_queues() -> None:
    ran = drive(shipped("demo_inbound"), PlayEnded, world=world())
    kinds = [type(effect).__name__ for effect in ran.wanted]
    assert kinds == ["SetRecording", "Play", "SetTargetQueue", "Enqueue"]
    assert ran.wanted[0] == SetRecording(("agent", "customer"))
    assert ran.wanted[-1] == Enqueue("q1")


def test_hold_and_queue_flows_loop_the_built_in_music() -> None:
    hold = drive(shipped("default_customer_hold"), world=world()).wanted
    assert hold == [LoopPlay((Clip("CustomerHold"),))]
    (queue,) = drive(shipped("default_customer_queue"), world=world()).wanted
    assert isinstance(queue, LoopPlay)
    assert queue.items[-1] == Clip("CustomerQueue")


def test_effects_are_written_as_plain_json() -> None:
    (_, menu) = drive(shipped("sample_inbound"), world=world()).wanted
    assert isinstance(menu, Collect)
    assert menu.to_dict()["items"][0]["kind"] == "Speech"
    assert Play((Clip("p"),)).to_dict() == {
        "kind": "Play",
        "items": [{"kind": "Clip", "prompt_id": "p"}],
        "barge_in": False,
    }
