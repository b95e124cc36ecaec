"""Quick connects: three types, each with exactly what it needs (SR-092 to SR-098)."""

from typing import Any

import pytest
from django.db import IntegrityError

from apps.agents.models import Agent
from apps.agents.services.people import delete_person
from apps.flows.models import ContactFlow
from apps.instances.models import ForeignTenantError, Instance
from apps.instances.scope import instance_scope
from apps.numbers.models import PhoneNumber
from apps.routing.models import Queue, QueueQuickConnect, QuickConnect
from apps.routing.services.queues import set_quick_connects
from apps.routing.services.quick_connects import (
    change_quick_connect,
    create_quick_connect,
    delete_quick_connect,
)
from apps.users.models import User
from tests.apps.routing.names import NONE, SAME
from tests.apps.routing.refusals import refused

pytestmark = pytest.mark.db

USER, QUEUE, EXTERNAL = QuickConnect.Kind
TO_AGENT, TO_QUEUE = "AGENT_TRANSFER", "QUEUE_TRANSFER"


def flow(kind: str) -> ContactFlow:
    return ContactFlow.objects.get(kind=kind, is_default=True)


def make(instance: Instance, kind: str, **settings: Any) -> QuickConnect:
    name = settings.pop("name", "Night Shift")
    return create_quick_connect(instance=instance, name=name, kind=kind, **settings)


def test_there_are_three_types_by_the_names_of_the_guide_sr_096() -> None:
    labels = [(kind.value, str(kind.label)) for kind in QuickConnect.Kind]

    assert labels == [("USER", "Agent"), ("QUEUE", "Queue"), ("PHONE_NUMBER", "External")]


def test_an_agent_is_reached_by_a_flow_transfer_to_agent_sr_092(
    scope: Instance, agent: Agent
) -> None:
    made = make(scope, USER, user=agent.user, flow=flow(TO_AGENT))

    assert (made.user, made.flow) == (agent.user, flow(TO_AGENT))


def test_a_queue_is_reached_by_a_flow_transfer_to_queue_sr_093(
    scope: Instance, queue: Queue
) -> None:
    made = make(scope, QUEUE, queue=queue, flow=flow(TO_QUEUE))

    assert (made.queue, made.flow) == (queue, flow(TO_QUEUE))


def test_an_external_number_needs_no_flow_sr_094(scope: Instance) -> None:
    made = make(scope, EXTERNAL, e164=" (206) 555-0199 ")

    assert (made.e164, made.flow) == ("+12065550199", None)


@pytest.mark.parametrize(("kind", "wrong"), [(USER, TO_QUEUE), (QUEUE, TO_AGENT)])
def test_a_flow_of_another_type_is_refused_sr_097(
    scope: Instance, agent: Agent, queue: Queue, kind: str, wrong: str
) -> None:
    destination = {"user": agent.user} if kind == USER else {"queue": queue}

    with refused("WRONG_FLOW_TYPE", field="flow", saying="Transfer to"):
        make(scope, kind, flow=flow(wrong), **destination)


def test_a_flow_that_is_not_published_is_refused_sr_092(scope: Instance, agent: Agent) -> None:
    draft = ContactFlow.objects.create(instance=scope, name="Draft", kind=TO_AGENT)

    with refused("FLOW_NOT_PUBLISHED", field="flow"):
        make(scope, USER, user=agent.user, flow=draft)


def test_an_external_number_takes_neither_queue_nor_flow_nor_agent_sr_098(
    scope: Instance, queue: Queue, agent: Agent
) -> None:
    extras: dict[str, Any] = {"queue": queue, "flow": flow(TO_QUEUE), "user": agent.user}
    for field, value in extras.items():
        with refused("NOT_FOR_THIS_TYPE", field=field):
            make(scope, EXTERNAL, e164="+12065550199", **{field: value})


@pytest.mark.parametrize(
    ("kind", "given", "missing"),
    [
        (USER, {"user"}, "flow"),
        (USER, {"flow"}, "user"),
        (QUEUE, {"queue"}, "flow"),
        (QUEUE, {"flow"}, "queue"),
        (EXTERNAL, set(), "e164"),
    ],
)
def test_what_a_type_needs_is_asked_for(
    scope: Instance, agent: Agent, queue: Queue, kind: str, given: set[str], missing: str
) -> None:
    parts = {"user": agent.user, "queue": queue, "flow": flow(TO_AGENT)}

    with refused("DESTINATION_MISSING", field=missing):
        make(scope, kind, **{part: parts[part] for part in given})


def test_a_type_there_is_not_is_refused_sr_096(scope: Instance) -> None:
    with refused("INVALID_INPUT", field="kind"):
        make(scope, "FAX", e164="+12065550199")


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("911", "EMERGENCY"),
        ("12", "TOO_SHORT"),
        ("tea", "NOT_A_NUMBER"),
        ("+1" * 20, "NOT_A_NUMBER"),
    ],
)
def test_only_a_number_that_can_be_dialled_is_kept(scope: Instance, number: str, code: str) -> None:
    with refused(code, field="e164"):
        make(scope, EXTERNAL, e164=number)


def test_a_number_of_the_instance_itself_is_refused_t_05(scope: Instance) -> None:
    PhoneNumber.objects.create(instance=scope, e164="+12065550100")

    with refused("OWN_NUMBER", field="e164"):
        make(scope, EXTERNAL, e164="206 555 0100")


def test_who_is_no_agent_is_no_destination(scope: Instance, max_: User, otto: User) -> None:
    for stranger in (max_, otto):
        with refused("NOT_AN_AGENT", field="user"):
            make(scope, USER, user=stranger, flow=flow(TO_AGENT))


def test_an_agents_own_queue_is_reached_as_an_agent(scope: Instance, agent: Agent) -> None:
    own = Queue.objects.get(user=agent.user)

    with refused("NOT_A_STANDARD_QUEUE", field="queue"):
        make(scope, QUEUE, queue=own, flow=flow(TO_QUEUE))


def test_a_flow_or_queue_of_another_instance_is_no_destination(
    scope: Instance, queue: Queue, other_instance: Instance
) -> None:
    with instance_scope(other_instance):
        foreign_flow, foreign_queue = flow(TO_QUEUE), Queue.objects.get()

    with pytest.raises(ForeignTenantError):
        make(scope, QUEUE, queue=queue, flow=foreign_flow)
    with pytest.raises(ForeignTenantError):
        make(scope, QUEUE, queue=foreign_queue, flow=flow(TO_QUEUE))


@pytest.mark.parametrize("name", SAME)
def test_a_name_is_taken_whatever_its_case_blanks_and_unicode_form(
    scope: Instance, name: str
) -> None:
    make(scope, EXTERNAL, e164="+12065550199")

    with refused("QUICK_CONNECT_NAME_TAKEN", field="name"):
        make(scope, EXTERNAL, e164="+12065550198", name=name)


@pytest.mark.parametrize("name", NONE)
def test_a_quick_connect_needs_a_name_that_can_be_kept(scope: Instance, name: str) -> None:
    with refused("INVALID_INPUT", field="name"):
        make(scope, EXTERNAL, e164="+12065550199", name=name)


def test_another_type_takes_another_destination(scope: Instance, queue: Queue) -> None:
    made = make(scope, EXTERNAL, e164="+12065550199")

    with refused("NOT_FOR_THIS_TYPE", field="e164"):
        change_quick_connect(made, kind=QUEUE, queue=queue, flow=flow(TO_QUEUE))
    moved = change_quick_connect(made, kind=QUEUE, queue=queue, flow=flow(TO_QUEUE), e164="")

    assert (moved.kind, moved.queue, moved.e164) == (QUEUE, queue, "")


def test_the_database_keeps_the_types_apart(scope: Instance, queue: Queue) -> None:
    made = make(scope, EXTERNAL, e164="+12065550199")

    with pytest.raises(IntegrityError):
        QuickConnect.objects.filter(pk=made.pk).update(queue=queue)


def test_a_deleted_quick_connect_leaves_its_queues(scope: Instance, queue: Queue) -> None:
    made = make(scope, EXTERNAL, e164="+12065550199")
    set_quick_connects(queue, [made])

    delete_quick_connect(made)

    assert not QueueQuickConnect.objects.exists()
    assert Queue.objects.filter(pk=queue.pk).exists()


def test_an_agent_to_whom_one_leads_is_not_deleted_and_it_is_named(
    scope: Instance, agent: Agent
) -> None:
    make(scope, USER, user=agent.user, flow=flow(TO_AGENT))

    with refused("USER_IN_USE", saying="Night Shift"):
        delete_person(agent.user)


def test_somebody_deleted_is_no_destination(scope: Instance, agent: Agent) -> None:
    delete_person(agent.user)

    with refused("NOT_AN_AGENT", field="user"):
        make(scope, USER, user=agent.user, flow=flow(TO_AGENT))
