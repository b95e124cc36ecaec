"""What no signal tells of is found by every test that goes through it (A-01)."""

from pathlib import Path

import pytest
from django.db.models import QuerySet

from apps.agents.models import Agent
from apps.core.new_rows import NewRows
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.routing.models import Queue
from tests import silent_writes
from tests.silent_writes import SilentWriteError

pytestmark = pytest.mark.db


@pytest.fixture(autouse=True)
def _these_tests_are_code_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(silent_writes, "OURS", str(silent_writes.ROOT))


def queues() -> QuerySet[Queue]:
    return Queue.objects.filter(name="BasicQueue")


def test_an_update_of_audited_columns_is_refused_a_01(demo_instance: Instance) -> None:
    with instance_scope(demo_instance), pytest.raises(SilentWriteError):
        queues().update(name="Sales")


def test_rows_made_in_bulk_are_refused_a_01(demo_instance: Instance) -> None:
    with instance_scope(demo_instance), pytest.raises(SilentWriteError):
        Queue.objects.bulk_create([Queue(instance=demo_instance, name="Sales")])


def test_rows_made_ready_before_are_refused_a_01(demo_instance: Instance) -> None:
    with pytest.raises(SilentWriteError):
        NewRows(Queue, [Queue(instance=demo_instance, name="Sales")]).insert()


def test_rows_changed_in_bulk_are_refused_a_01(demo_instance: Instance) -> None:
    with instance_scope(demo_instance), pytest.raises(SilentWriteError):
        Queue.objects.bulk_update(queues(), ["name"])


def test_an_update_of_live_columns_is_not(demo_instance: Instance) -> None:
    with instance_scope(demo_instance):
        Agent.objects.filter(pk=0).update(available_since=None)


def test_who_records_may(demo_instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    here = Path(__file__).relative_to(silent_writes.ROOT)
    monkeypatch.setattr(silent_writes, "RECORDED", {(str(here), "test_who_records_may")})

    with instance_scope(demo_instance):
        assert queues().update(name="Sales") == 1
