"""Finding and rewriting what a flow refers to."""

import json

import pytest

from apps.flows.defaults import default_flows
from apps.flows.domain.actions import REGISTRY
from apps.flows.domain.fields import Field, ListOf, MapOf, Ref
from apps.flows.domain.params import Params
from apps.flows.domain.references import HOOKS, KINDS, find_all, rewrite
from tests.domain.flows.bench import BYE, act, raw_flow

pytestmark = pytest.mark.domain

RAW = raw_flow(
    act("q", "UpdateContactTargetQueue", {"QueueId": "name:BasicQueue"}, to="h"),
    act("h", "UpdateContactEventHooks", {"EventHooks": {"CustomerQueue": "f1"}}, to="m"),
    act("m", "MessageParticipantIteratively", {"Messages": [{"Text": "x"}, {"PromptId": "p1"}]}),
    act("d", "TransferToFlow", {"ContactFlowId": "$.Attributes.flow"}, to="c"),
    act("c", "CreateCallbackContact", {"QueueId": "q2"}, to="bye"),
    BYE,
)


def test_fixed_references_are_found_in_known_and_kept_actions() -> None:
    found = [(r.kind, r.value, r.name, r.hook) for r in find_all(RAW)]
    assert found == [
        ("queue", "name:BasicQueue", "BasicQueue", None),
        ("flow", "f1", None, "CustomerQueue"),
        ("prompt", "p1", None, None),
        ("queue", "q2", None, None),
    ]


def test_rewriting_changes_only_what_the_mapping_names() -> None:
    before = json.dumps(RAW)
    mapping = {("queue", "name:BasicQueue"): "Q", ("prompt", "p1"): "P", ("hours", "q2"): "no"}
    after = rewrite(RAW, mapping)
    assert [r.value for r in find_all(after)] == ["Q", "f1", "P", "q2"]
    assert json.dumps(RAW) == before
    back = {("queue", "Q"): "name:BasicQueue", ("prompt", "P"): "p1"}
    assert rewrite(after, back) == RAW


def test_shipped_flows_name_only_the_basic_queue_and_the_built_in_prompts() -> None:
    names = {(r.kind, r.name) for flow in default_flows() for r in find_all(flow.content)}
    prompts = {("prompt", name) for name in ("Beep", "CustomerHold", "CustomerQueue")}
    assert names == {("queue", "BasicQueue")} | prompts


def declared(name: str, field: Field) -> set[tuple[str, str]]:
    if isinstance(field, Ref):
        return {(name, field.kind)}
    if isinstance(field, ListOf | MapOf):
        return declared(name, field.item)
    if isinstance(field, Params):
        return {pair for inner, each in field.fields.items() for pair in declared(inner, each)}
    return set()


def test_every_declared_resource_is_one_that_is_found() -> None:
    pairs = {pair for spec in REGISTRY.values() for pair in declared("", spec.params)}
    assert pairs <= set(KINDS.items()) | {(HOOKS, "flow")}
    assert len(pairs) > 5
