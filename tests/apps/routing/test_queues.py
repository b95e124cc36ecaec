"""Queues: what they need, what is refused, and that agents' own ones are left alone."""

from typing import Any

import pytest

from apps.agents.models import Agent
from apps.flows.models import ContactFlow
from apps.instances.models import ForeignTenantError, Instance
from apps.instances.scope import instance_scope
from apps.numbers.models import PhoneNumber
from apps.routing.models import HoursOfOperation, Queue
from apps.routing.services import queues
from apps.routing.services.quick_connects import create_quick_connect
from tests.apps.routing.names import NONE, SAME
from tests.apps.routing.refusals import refused

pytestmark = pytest.mark.db


def night(hours: HoursOfOperation, **settings: Any) -> Queue:
    return queues.create_queue(instance=hours.instance, name="Night Shift", hours=hours, **settings)


def default_flow(kind: str) -> ContactFlow:
    return ContactFlow.objects.get(kind=kind, is_default=True)


def test_a_new_queue_is_enabled_and_keeps_what_was_said(
    scope: Instance, hours: HoursOfOperation
) -> None:
    number = PhoneNumber.objects.create(instance=scope, e164="+12065550100")
    whisper = default_flow("OUTBOUND_WHISPER")

    made = night(
        hours,
        outbound_name="Demo",
        outbound_number=number,
        outbound_whisper=whisper,
        max_contacts=9,
    )

    made.refresh_from_db()
    assert (made.is_enabled, made.max_contacts, made.outbound_name) == (True, 9, "Demo")
    assert (made.outbound_number, made.outbound_whisper) == (number, whisper)


@pytest.mark.parametrize("name", SAME)
def test_a_name_is_taken_whatever_its_case_blanks_and_unicode_form(
    hours: HoursOfOperation, queue: Queue, name: str
) -> None:
    night(hours)

    with refused("QUEUE_NAME_TAKEN", field="name"):
        queues.change_queue(queue, name=name)
    with refused("QUEUE_NAME_TAKEN", field="name"):
        queues.create_queue(instance=hours.instance, name=name, hours=hours)


def test_a_queue_may_get_its_own_name_in_another_form(queue: Queue) -> None:
    assert queues.change_queue(queue, name=" basicqueue ").name == "basicqueue"


def test_an_agents_queue_takes_no_name_from_others(hours: HoursOfOperation, agent: Agent) -> None:
    assert queues.create_queue(instance=hours.instance, name="ana", hours=hours).name == "ana"


@pytest.mark.parametrize("name", NONE)
def test_a_queue_needs_a_name_that_can_be_kept(hours: HoursOfOperation, name: str) -> None:
    with refused("INVALID_INPUT", field="name"):
        queues.create_queue(instance=hours.instance, name=name, hours=hours)


def test_a_queue_keeps_some_hours(queue: Queue) -> None:
    with refused("HOURS_MISSING", field="hours"):
        queues.change_queue(queue, hours=None)


@pytest.mark.parametrize("most", [0, 10, 11])
def test_one_call_must_fit_outside_a_full_queue(queue: Queue, most: int) -> None:
    """The instance has ten calls at once."""
    with refused("MAXIMUM_NOT_POSSIBLE", field="max_contacts", saying="1 to 9"):
        queues.change_queue(queue, max_contacts=most)


def test_a_queue_may_be_without_a_maximum(queue: Queue) -> None:
    queues.change_queue(queue, max_contacts=9)

    assert queues.change_queue(queue, max_contacts=None).max_contacts is None


def test_only_an_outbound_whisper_can_be_one(queue: Queue) -> None:
    with refused("WRONG_FLOW_TYPE", field="outbound_whisper", saying="Outbound whisper"):
        queues.change_queue(queue, outbound_whisper=default_flow("AGENT_WHISPER"))


def test_a_draft_is_no_outbound_whisper(scope: Instance, queue: Queue) -> None:
    draft = ContactFlow.objects.create(instance=scope, name="Draft", kind="OUTBOUND_WHISPER")

    with refused("FLOW_NOT_PUBLISHED", field="outbound_whisper"):
        queues.change_queue(queue, outbound_whisper=draft)


def test_the_right_to_edit_does_not_switch_off(queue: Queue) -> None:
    with refused("INVALID_INPUT", field="is_enabled"):
        queues.change_queue(queue, is_enabled=False)

    assert not queues.set_enabled(queue, is_enabled=False).is_enabled
    assert queues.set_enabled(queue, is_enabled=True).is_enabled


def test_an_agents_own_queue_is_nobodys_to_edit(agent: Agent) -> None:
    own = Queue.objects.get(user=agent.user)

    with refused("AGENTS_QUEUE"):
        queues.change_queue(own, name="Mine")
    with refused("AGENTS_QUEUE"):
        queues.set_enabled(own, is_enabled=False)
    with refused("AGENTS_QUEUE"):
        queues.set_quick_connects(own, [])


def test_quick_connects_of_a_queue_are_replaced_as_a_whole(scope: Instance, queue: Queue) -> None:
    first, second, third = (
        create_quick_connect(
            instance=scope, name=f"Line {n}", kind="PHONE_NUMBER", e164=f"+1206555019{n}"
        )
        for n in range(3)
    )
    queues.set_quick_connects(queue, [first, second])

    queues.set_quick_connects(queue, [second, third, third])

    assert list(queue.quick_connects.order_by("name")) == [second, third]


def test_what_belongs_to_another_instance_gets_into_no_queue(
    queue: Queue, other_instance: Instance
) -> None:
    with instance_scope(other_instance):
        foreign = HoursOfOperation.objects.get()
        number = PhoneNumber.objects.create(instance=other_instance, e164="+12065550100")

    with pytest.raises(ForeignTenantError):
        queues.change_queue(queue, hours=foreign)
    with pytest.raises(ForeignTenantError):
        queues.change_queue(queue, outbound_number=number)
