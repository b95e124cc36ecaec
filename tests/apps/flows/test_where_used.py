"""Which flows refer to a resource, whichever way it is written."""

from uuid import UUID

import pytest

from apps.flows.models import ContactFlow, FlowVersion
from apps.flows.selectors import flows_referring_to
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from tests.domain.flows.bench import act, raw_flow

pytestmark = pytest.mark.db

QUEUE = UUID("0199aaaa-0000-7000-8000-000000000001")


def flow_to(instance: Instance, written: str) -> ContactFlow:
    choose = act("Choose", "UpdateContactTargetQueue", {"QueueId": written})
    return ContactFlow.objects.create(
        instance=instance, name=written[:100], kind="CONTACT_FLOW", draft=raw_flow(choose)
    )


@pytest.mark.parametrize(
    "written",
    [str(QUEUE), str(QUEUE).upper(), f"arn:aws:connect:::queue/{QUEUE}", "vip"],
)
def test_an_id_an_arn_and_a_name_are_references(demo_instance: Instance, written: str) -> None:
    with instance_scope(demo_instance):
        flow = flow_to(demo_instance, written)

        assert flows_referring_to("queue", QUEUE, "VIP") == [flow]
        assert flows_referring_to("hours", QUEUE, "VIP") == []


@pytest.mark.parametrize("written", ["VIP 2", "$.Attributes.Queue", ""])
def test_other_names_and_what_a_contact_says_are_none(
    demo_instance: Instance, written: str
) -> None:
    with instance_scope(demo_instance):
        flow_to(demo_instance, written)

        assert flows_referring_to("queue", QUEUE, "VIP") == []


def test_what_contacts_run_counts_after_the_draft_has_changed(demo_instance: Instance) -> None:
    with instance_scope(demo_instance):
        flow = flow_to(demo_instance, "VIP")
        flow.published = FlowVersion.objects.create(
            instance=demo_instance, flow=flow, number=1, content=flow.draft
        )
        flow.draft = raw_flow(act("Bye", "DisconnectParticipant"))
        flow.save()

        assert flows_referring_to("queue", QUEUE, "VIP") == [flow]


def test_flows_of_another_instance_do_not_count(
    demo_instance: Instance, other_instance: Instance
) -> None:
    with instance_scope(other_instance):
        flow_to(other_instance, "VIP")

    with instance_scope(demo_instance):
        assert flows_referring_to("queue", QUEUE, "VIP") == []
