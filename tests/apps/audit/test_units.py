"""However often a row is changed in a unit of work, the unit leaves one entry of it (A-01)."""

import pytest
from django.db import transaction

from apps.audit.models import AuditEntry
from apps.audit.services import entries_of_made, record_made
from apps.core.new_rows import NewRows, give_keys
from apps.core.unit_of_work import unit_of_work
from apps.instances.models import Instance
from apps.routing.models import HoursOfOperation, Queue
from tests.apps.audit.audit import entries_after, last_key, told

pytestmark = pytest.mark.db


def test_several_saves_in_one_unit_are_one_entry_a_01(queue: Queue) -> None:
    before = last_key()

    with unit_of_work():
        for name in ("Sales", "Sales and returns"):
            queue.name = name
            queue.save(update_fields=["name"])
        queue.is_enabled = False
        queue.save(update_fields=["is_enabled"])

    (entry,) = entries_after(before)
    assert entry.changes == {
        "name": ["BasicQueue", "Sales and returns"],
        "is_enabled": [True, False],
    }
    assert entry.object_repr == "Sales and returns"


def test_units_inside_a_unit_are_one_unit_a_01(queue: Queue) -> None:
    before = last_key()

    with unit_of_work():
        for name in ("Sales", "Returns"):
            with unit_of_work():
                queue.name = name
                queue.save()

    (entry,) = entries_after(before)
    assert entry.changes == {"name": ["BasicQueue", "Returns"]}


def test_two_units_are_two_entries_a_01(queue: Queue) -> None:
    before = last_key()

    for name in ("Sales", "Returns"):
        queue.name = name
        with unit_of_work():
            queue.save()

    assert [entry.changes["name"][1] for entry in entries_after(before)] == ["Sales", "Returns"]


def test_rows_made_in_bulk_are_told_as_if_saved_a_01(demo_instance: Instance) -> None:
    """Whatever happens to them in the same unit stands in the same entry."""
    night, day = (HoursOfOperation(instance=demo_instance, name=name) for name in ("Night", "Day"))
    give_keys(HoursOfOperation, [night, day])
    entries = entries_of_made([night, day])
    before = last_key()

    with unit_of_work():
        NewRows(HoursOfOperation, [night, day]).insert()
        record_made(NewRows(AuditEntry, entries))
        HoursOfOperation._base_manager.get(pk=day.pk).delete()

    (entry,) = entries_after(before)
    assert told(entry) == (
        "routing.HoursOfOperation",
        "create",
        {"name": [None, "Night"], "time_zone": [None, "UTC"]},
    )
    assert (entry.object_pk, entry.object_repr) == (str(night.pk), "Night")


def test_what_is_changed_back_within_a_unit_did_not_happen(queue: Queue) -> None:
    before = last_key()

    with unit_of_work():
        for name in ("Sales", "BasicQueue"):
            queue.name = name
            queue.save()

    assert entries_after(before) == []


def test_what_is_made_and_deleted_within_a_unit_did_not_happen(demo_instance: Instance) -> None:
    before = last_key()

    with unit_of_work():
        HoursOfOperation.objects.create(instance=demo_instance, name="Night").delete()

    assert entries_after(before) == []


def test_a_change_that_is_rolled_back_leaves_no_entry(queue: Queue) -> None:
    before = last_key()

    with pytest.raises(ZeroDivisionError), unit_of_work():
        queue.name = "Sales"
        queue.save()
        raise ZeroDivisionError

    assert entries_after(before) == []


def test_what_a_savepoint_took_back_is_not_told_by_a_later_change(queue: Queue) -> None:
    before = last_key()

    with unit_of_work():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            queue.description = "Taken back"
            queue.save()
            raise ZeroDivisionError
        queue.refresh_from_db(from_queryset=Queue._base_manager.all())
        queue.name = "Sales"
        queue.save()

    (entry,) = entries_after(before)
    assert entry.changes == {"name": ["BasicQueue", "Sales"]}


def test_a_savepoint_takes_back_only_its_own_part_of_an_entry(queue: Queue) -> None:
    before = last_key()

    with unit_of_work():
        queue.name = "Sales"
        queue.save(update_fields=["name"])
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            queue.description = "Taken back"
            queue.save(update_fields=["description"])
            raise ZeroDivisionError
        queue.max_contacts = 3
        queue.save(update_fields=["max_contacts"])

    (entry,) = entries_after(before)
    assert entry.changes == {"name": ["BasicQueue", "Sales"], "max_contacts": [None, 3]}


def test_a_save_that_changes_nothing_is_no_entry(queue: Queue) -> None:
    before = last_key()

    queue.save()

    assert entries_after(before) == []
