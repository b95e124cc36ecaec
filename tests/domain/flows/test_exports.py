"""Flows written elsewhere are read, checked, run and written back unchanged."""

import csv
import json
from pathlib import Path

import pytest

from apps.flows.domain.document import NotAFlowDocumentError, parse, read, write
from apps.flows.domain.engine import begin, step
from apps.flows.domain.events import Event, LoopInterrupted, PlayEnded, Refused, Started, TimedOut
from apps.flows.domain.types import FlowType, type_of_metadata
from apps.flows.domain.validation import errors, validate_text
from tests.domain.flows.bench import Answering, FakeWorld, version

pytestmark = pytest.mark.domain

DATA = Path(__file__).parents[2] / "data" / "flows"
with (DATA / "SOURCES.tsv").open(encoding="utf-8", newline="") as sources:
    ROWS = {row["file"]: row for row in csv.DictReader(sources, delimiter="\t")}


def content(name: str) -> str:
    return (DATA / name).read_text(encoding="utf-8")


def test_every_sample_names_its_source_and_licence() -> None:
    assert {file.name for file in DATA.glob("*.json")} == set(ROWS)
    assert {row["licence"] for row in ROWS.values()} <= {"MIT-0", "Apache-2.0"}


@pytest.mark.parametrize("name", ROWS)
def test_round_trip_keeps_everything(name: str) -> None:
    assert json.loads(write(parse(content(name)))) == json.loads(content(name))


@pytest.mark.parametrize("name", ROWS)
def test_the_good_are_accepted_and_the_bad_refused(name: str) -> None:
    row = ROWS[name]
    found = errors(validate_text(content(name), FlowType(row["flow_type"])))
    refused = [problem.message for problem in found]
    if row["expect"] == "accept":
        assert refused == []
    else:
        assert refused == [f"Invalid Action type. Type: {row['expect'].rpartition(':')[2]}"]


def fails(token: str) -> Event:
    return Refused(token, "NoMatchingError")


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize(
    "answers", [(PlayEnded,), (TimedOut, PlayEnded, LoopInterrupted), (fails,)]
)
def test_it_ends_or_waits_and_never_throws(name: str, answers: tuple[Answering, ...]) -> None:
    """Fifty answers of the kinds a caller may give; what fits no wait is ignored."""
    flow = version(json.loads(content(name)), type_=FlowType(ROWS[name]["flow_type"]))
    world = FakeWorld({"flow": flow})
    state, _ = step(begin(flow), Started(), world)
    for index in range(50):
        if (waiting := state["waiting"]) is None:
            break
        state, _ = step(state, answers[index % len(answers)](waiting["token"]), world)
    assert (state["ended"] is None) is (state["waiting"] is not None)


def test_the_designers_spelling_of_flow_types() -> None:
    assert parse(content("cfOutboundWhisperflow.json")).flow_type is FlowType.OUTBOUND_WHISPER
    assert type_of_metadata("customerHold") is FlowType.CUSTOMER_HOLD
    assert type_of_metadata(None) is None
    assert type_of_metadata("poem") is None


@pytest.mark.parametrize("text", ["", "{", "[]", '"x"', "null", "1", "[" * 100_000])
def test_what_is_no_json_object_is_refused(text: str) -> None:
    with pytest.raises(NotAFlowDocumentError):
        parse(text)
    (problem,) = validate_text(text, FlowType.CONTACT_FLOW)
    assert problem.code == "not_json"


@pytest.mark.parametrize(
    "raw",
    [
        {"Actions": None, "Metadata": 3, "StartAction": {}},
        {"Actions": [None, 1, {"Transitions": [], "Parameters": "x", "Type": 3}]},
        {"Actions": [{"Transitions": {"Errors": [1], "Conditions": [{"Condition": 2}]}}]},
    ],
)
def test_reading_is_total(raw: dict[str, object]) -> None:
    assert read(raw).raw is raw
