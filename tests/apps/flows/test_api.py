"""Flows in REST: what is published, and the check before publishing."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from apps.flows.domain.types import FlowType
from apps.flows.models import ContactFlow
from apps.flows.services import factory, publishing
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.users.models import User
from tests.junk import JSON, bodies, objects_like
from tests.rest import DEMO, check_problem, signed_in

pytestmark = pytest.mark.db

FLOWS = f"{DEMO}/contact-flows"
VALIDATE = f"{FLOWS}/validate"
END = {"Identifier": "end", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}}


@pytest.fixture
def scope(demo_instance: Instance) -> Iterator[Instance]:
    with instance_scope(demo_instance):
        yield demo_instance


def flow_of(*actions: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2019-10-30", "StartAction": "end", "Metadata": {}, "Actions": [*actions]}


def check(user: User, content: object, *, kind: str = "CONTACT_FLOW") -> Any:
    return signed_in(user).post(
        VALIDATE, {"type": kind, "content": content}, content_type="application/json"
    )


def test_one_flow_comes_with_its_published_content(max_: User, scope: Instance) -> None:
    flow = factory.create_shipped_flow(scope, "demo_inbound")
    published = flow.draft
    ContactFlow.objects.filter(pk=flow.pk).update(draft={"unfinished": True})

    body = signed_in(max_).get(f"{FLOWS}/{flow.public_id}").json()

    assert body["content"] == published
    assert (body["name"], body["type"], body["published_version"]) == (flow.name, "CONTACT_FLOW", 1)


def test_a_flow_that_was_never_published_has_no_content(max_: User, scope: Instance) -> None:
    flow = publishing.create_flow(
        instance=scope, name="Draft", kind="CONTACT_FLOW", content={"secret": "draft"}
    )

    body = signed_in(max_).get(f"{FLOWS}/{flow.public_id}").json()

    assert (body["content"], body["published_version"]) == (None, None)


def test_the_list_is_without_content_and_costs_the_same_however_long_it_is(
    max_: User, scope: Instance, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(max_)
    client.get(FLOWS)
    for n in range(4):
        publishing.publish(
            publishing.create_flow(
                instance=scope, name=f"Flow {n}", kind="CONTACT_FLOW", content=flow_of(END)
            )
        )

    with django_assert_num_queries(4):
        listed = client.get(FLOWS).json()["results"]

    assert [flow["name"] for flow in listed] == sorted(flow["name"] for flow in listed)
    assert not any("content" in flow for flow in listed)


def test_a_flow_without_problems_may_be_published(max_: User, scope: Instance) -> None:
    assert check(max_, flow_of(END)).json() == {"is_publishable": True, "problems": []}


def test_all_problems_are_told_at_once_with_their_blocks(max_: User, scope: Instance) -> None:
    transfer = {
        "Identifier": "to-queue",
        "Type": "UpdateContactTargetQueue",
        "Parameters": {"QueueId": "Nowhere\0"},
        "Transitions": {"NextAction": "gone", "Errors": [], "Conditions": []},
    }

    body = check(max_, flow_of(END, transfer)).json()

    assert body["is_publishable"] is False
    assert {problem["action"] for problem in body["problems"]} == {"to-queue"}
    messages = " ".join(problem["message"] for problem in body["problems"])
    assert "Parameters.QueueId" in messages and "Transitions.NextAction" in messages


def test_a_flow_of_two_megabytes_is_refused_by_its_size_alone(max_: User, scope: Instance) -> None:
    """Whoever may look at flows cannot keep a lane busy: nothing in it is followed or looked up."""
    chain = [{**END, "Identifier": f"a{n}", "Type": "Nonsense"} for n in range(20_000)]

    body = check(max_, flow_of(END, *chain)).json()

    assert [problem["code"] for problem in body["problems"]] == ["too_long", "action_count"]


def test_a_flow_that_is_too_long_is_not_published(scope: Instance) -> None:
    content = {**flow_of(END), "Metadata": {"note": "a" * 256_000}}
    flow = publishing.create_flow(instance=scope, name="Long", kind="CONTACT_FLOW", content=content)

    with pytest.raises(publishing.InvalidFlow) as refused:
        publishing.publish(flow)

    assert [problem["code"] for problem in refused.value.facts["problems"]] == ["too_long"]


def test_what_a_flow_refers_to_is_looked_up_in_its_own_instance(
    max_: User, scope: Instance, other_instance: Instance
) -> None:
    with instance_scope(other_instance):
        foreign = ContactFlow.objects.get(name="Default customer queue").public_id
    transfer = {
        "Identifier": "end",
        "Type": "TransferToFlow",
        "Parameters": {"ContactFlowId": str(foreign)},
        "Transitions": {"Errors": [{"ErrorType": "NoMatchingError", "NextAction": "end"}]},
    }

    body = check(max_, flow_of(transfer)).json()

    assert any("ContactFlowId" in problem["message"] for problem in body["problems"])


def test_the_shipped_flows_have_no_errors(max_: User, scope: Instance) -> None:
    for flow in ContactFlow.objects.filter(published__isnull=False):
        assert check(max_, flow.draft, kind=flow.kind).json()["is_publishable"], flow.name


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"content": {}}, "type"),
        ({"type": "NO_SUCH_TYPE", "content": {}}, "type"),
        ({"type": "CONTACT_FLOW"}, "content"),
        ({"type": "CONTACT_FLOW", "content": "{}"}, "content"),
        ({"type": "CONTACT_FLOW", "content": None}, "content"),
        ([], "non_field_errors"),
        (None, "non_field_errors"),
    ],
)
def test_a_body_that_is_no_flow_is_refused(max_: User, body: object, field: str) -> None:
    answer = signed_in(max_).post(VALIDATE, json.dumps(body), content_type="application/json")

    check_problem(answer, status=400, code="INVALID_INPUT")
    assert list(answer.json()["errors"]) == [field]


def test_unknown_ids_are_not_found(max_: User) -> None:
    answer = signed_in(max_).get(f"{FLOWS}/0190163d-8694-739b-aea5-966c26f8ad91")

    check_problem(answer, status=404, code="NOT_FOUND")


def test_agents_do_not_see_flows_sr_022(ana: User) -> None:
    check_problem(signed_in(ana).get(FLOWS), status=403, code="PERMISSION_MISSING")
    check_problem(check(ana, flow_of(END)), status=403, code="PERMISSION_MISSING")


_ACTIONS = st.fixed_dictionaries(
    {},
    optional={
        "Identifier": JSON,
        "Type": st.sampled_from(["MessageParticipant", "Compare", "Loop", "TransferToFlow"]) | JSON,
        "Parameters": st.dictionaries(
            st.sampled_from(["Text", "PromptId", "ContactFlowId", "LoopCount", "SSML"]), JSON
        )
        | JSON,
        "Transitions": st.dictionaries(
            st.sampled_from(["NextAction", "Errors", "Conditions"]), JSON
        )
        | JSON,
    },
)
_NEARLY = objects_like(
    type=st.sampled_from(FlowType),
    content=st.fixed_dictionaries(
        {"Version": JSON, "StartAction": JSON, "Metadata": JSON, "Actions": st.lists(_ACTIONS)}
    ),
)


def test_junk_never_ends_in_a_server_error(max_: User) -> None:
    client = signed_in(max_)

    @settings(suppress_health_check=list(HealthCheck), max_examples=150)
    @given(bodies("type", "content") | _NEARLY)
    def throw(body: bytes) -> None:
        assert client.post(VALIDATE, body, content_type="application/json").status_code < 500

    throw()


def test_exports_of_others_are_checked_as_they_are(max_: User, scope: Instance) -> None:
    """Real flows of real people, with what we cannot know in them, get an answer of problems."""
    exports = sorted((Path(__file__).parents[2] / "data" / "flows").glob("*.json"))
    assert exports

    for export in exports:
        answer = check(max_, json.loads(export.read_text(encoding="utf-8")))

        assert answer.status_code == 200, export.name
