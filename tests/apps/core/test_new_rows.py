"""Rows made ready before the transaction are those that saving would have written."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from apps.agents.models import UserUpload
from apps.core.new_rows import NewRows, give_keys
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.routing.models import HoursOfOperation
from apps.users.models import User

pytestmark = pytest.mark.db


@pytest.fixture
def scope(demo_instance: Instance) -> Iterator[Instance]:
    with instance_scope(demo_instance):
        yield demo_instance


def nights(instance: Instance, count: int) -> list[HoursOfOperation]:
    return [HoursOfOperation(instance=instance, name=f"Night {n}") for n in range(count)]


def columns(row: HoursOfOperation) -> dict[str, Any]:
    return {field.name: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_they_are_written_as_they_are_and_with_their_keys(scope: Instance) -> None:
    rows = nights(scope, 1001)
    give_keys(HoursOfOperation, rows)

    NewRows(HoursOfOperation, rows).insert()

    written = HoursOfOperation.objects.filter(name__startswith="Night").in_bulk()
    assert {key: columns(row) for key, row in written.items()} == {
        row.pk: columns(row) for row in rows
    }


def test_documents_are_written_too(scope: Instance, ada: User) -> None:
    preview = [{"name": "Zoë “Z” 100 %s"}]
    upload = UserUpload(instance=scope, uploaded_by=ada, file_name="", rows=1, preview=preview)

    NewRows(UserUpload, [upload]).insert()

    assert UserUpload.objects.get().preview == preview


def test_without_a_key_they_get_one_of_the_database(scope: Instance) -> None:
    NewRows(HoursOfOperation, nights(scope, 2)).insert()

    assert HoursOfOperation.objects.filter(name__startswith="Night").count() == 2


def test_none_is_nothing(db: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        NewRows(HoursOfOperation, []).insert()


def test_nobody_else_gets_a_key_that_was_given(scope: Instance) -> None:
    """Neither who saves nor who asks for keys; not in a table that was never written to, either."""
    rows, others = nights(scope, 3), nights(scope, 2)
    uploads = [UserUpload(), UserUpload()]

    give_keys(HoursOfOperation, rows)
    give_keys(HoursOfOperation, others)
    saved = HoursOfOperation.objects.create(instance=scope, name="Day")
    give_keys(UserUpload, uploads)

    assert len({row.pk for row in [*rows, *others, saved]}) == 6
    assert len({upload.pk for upload in uploads}) == 2


def test_a_constraint_that_refuses_one_refuses_all(scope: Instance) -> None:
    rows = [*nights(scope, 3), HoursOfOperation(instance=scope, name="nIGHT 0")]

    with pytest.raises(IntegrityError), transaction.atomic():
        NewRows(HoursOfOperation, rows).insert()

    assert not HoursOfOperation.objects.filter(name__startswith="Night").exists()
