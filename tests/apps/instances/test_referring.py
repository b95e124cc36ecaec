"""Who keeps a row from being deleted is found by its foreign keys, on whatever floor."""

import pytest

from apps.flows.services.factory import create_shipped_flow
from apps.instances.models import Instance
from apps.instances.referring import uses_of
from apps.instances.scope import instance_scope
from apps.numbers.services.numbers import claim_number

pytestmark = pytest.mark.db


def test_those_who_protect_a_row_are_named_by_kind(demo_instance: Instance) -> None:
    with instance_scope(demo_instance):
        flow = create_shipped_flow(demo_instance, "demo_inbound")
        before = uses_of(flow)
        for last in (1, 2):
            claim_number(instance=demo_instance, e164=f"+1206555010{last}", flow=flow)

        (use,) = uses_of(flow)

    assert before == []
    assert str(use.sentence) == "2 phone numbers: +12065550101, +12065550102"
