"""Every model and every door is audited, or somebody has said why not (A-01)."""

from collections import Counter
from typing import Any

import pytest
from django.apps import apps
from django.core.management import get_commands
from django.db import transaction
from django.db.models import Field, Model, ProtectedError
from django.db.models.signals import post_delete, post_save, pre_save

from apps.audit import policy
from apps.audit.models import AuditEntry
from apps.instances.models import Instance
from apps.instances.scope import instance_scope, unscoped
from apps.users.models import User
from connect.admin import instance_site
from tests.apps.audit.audit import entries_after, last_key, told
from tests.architecture import admin_doors, doors
from tests.architecture.admin_pages import page_of, pages

pytestmark = pytest.mark.db

AUDITED = sorted(policy.audited_models(), key=lambda model: model._meta.label)
each_model = pytest.mark.parametrize("model", AUDITED, ids=lambda model: model._meta.label)
each_page = pytest.mark.parametrize(
    "model",
    pages(),
    ids=lambda model: model._meta.label,
)
TABLES = {
    "route": doors.ROUTES,
    "command": doors.COMMANDS,
    "job": doors.JOBS,
    "socket": doors.SOCKET_COMMANDS,
}
ALL_DOORS = [(kind, name, door) for kind, table in TABLES.items() for name, door in table.items()]


@pytest.fixture
def stage(demo_instance: Instance, ada: User) -> doors.Stage:
    doors.furnished(demo_instance)
    return doors.Stage(demo_instance, ada)


def once_each(entries: list[AuditEntry]) -> bool:
    """Whether no row has two entries."""
    return set(Counter((e.content_type_id, e.object_pk) for e in entries).values()) <= {1}


class TestModels:
    """Each model of the installation is audited, or named with a reason."""

    def test_every_reason_is_about_something_there_is(self) -> None:
        labels = {m._meta.label for m in apps.get_models()} | set(apps.app_configs)

        assert set(policy.NOT_AUDITED) - labels == {"sessions"} - labels
        assert all(policy.NOT_AUDITED.values())

    @pytest.mark.parametrize("table", [policy.LEFT_OUT, policy.FINGERPRINTED])
    def test_every_column_left_out_is_a_column(self, table: dict[str, frozenset[str]]) -> None:
        for label, names in table.items():
            for name in names:
                assert apps.get_model(label)._meta.get_field(name)

    @each_model
    def test_something_of_it_is_told(self, model: type[Model]) -> None:
        assert policy.audited_fields(model) or policy.audited_links(model)

    @each_model
    def test_a_change_of_a_row_is_exactly_one_entry_a_01(
        self, stage: doors.Stage, model: type[Model]
    ) -> None:
        row = a_row_of(model)
        field = next(filter(is_plain, policy.audited_fields(model)), None)
        if field is None:
            return  # it joins two others, and is only made and deleted
        setattr(row, field.attname, another(getattr(row, field.attname)))
        before = last_key()

        with unscoped("whichever row it is"):
            row.save(update_fields=[field.attname])

        (entry,) = entries_after(before)
        label, action, changes = told(entry)
        assert (label, action, list(changes)) == (model._meta.label, "update", [field.name])
        assert entry.instance_id in (getattr(row, "instance_id", None), row.pk)

    @each_model
    def test_deleting_a_row_is_told_a_01(self, stage: doors.Stage, model: type[Model]) -> None:
        row = a_row_of(model)
        before = last_key()
        try:
            with transaction.atomic(), unscoped("whatever hangs on the row"):
                row.delete()
        except ProtectedError:  # in use, so nobody can
            assert post_delete.has_listeners(model)
        else:
            entries = entries_after(before)
            assert once_each(entries)
            assert (model._meta.label, "delete") in [told(entry)[:2] for entry in entries]

    @each_model
    def test_every_save_of_it_is_heard(self, model: type[Model]) -> None:
        assert all(signal.has_listeners(model) for signal in (pre_save, post_save, post_delete))


class TestDoors:
    """Each door that writes has an example that proves what is told, or a reason."""

    def test_every_method_that_writes_is_listed(self) -> None:
        assert doors.write_routes() == sorted(doors.ROUTES)

    def test_every_command_is_listed(self) -> None:
        assert doors.our_commands() == sorted(doors.COMMANDS)
        assert set(doors.FOREIGN_COMMANDS) <= set(get_commands().values()) | {"auditlog"}

    def test_every_job_is_listed(self) -> None:
        assert doors.our_jobs() == sorted(doors.JOBS)

    def test_every_command_of_the_panel_is_listed(self) -> None:
        assert doors.socket_commands() == sorted(doors.SOCKET_COMMANDS)

    def test_every_action_of_the_admins_is_listed(self) -> None:
        assert admin_doors.admin_actions() == sorted(admin_doors.ADMIN_ACTIONS)

    def test_a_door_that_tells_nothing_says_why(self) -> None:
        for _kind, name, door in ALL_DOORS:
            assert door.told or door.why, name
            assert door.use or door.why, name

    @pytest.mark.parametrize(
        ("name", "door"),
        [pytest.param(name, door, id=name) for _kind, name, door in ALL_DOORS if door.use],
    )
    def test_what_comes_through_a_door_is_told_exactly_once_a_01(
        self, stage: doors.Stage, name: str, door: doors.Door
    ) -> None:
        before = last_key()

        assert door.use is not None
        answer = door.use(stage)

        assert getattr(answer, "status_code", 200) < 400
        entries = entries_after(before)
        assert tuple(told(entry)[:2] for entry in entries) == door.told
        assert once_each(entries)


class TestAdmin:
    """Each page of the instance's admin: adding, changing and deleting (A-01)."""

    def test_every_page_says_what_is_typed_into_it(self) -> None:
        assert set(admin_doors.ADMIN_PAGES) == set(instance_site._registry)

    @each_page
    def test_what_is_added_is_told_once_a_01(self, stage: doors.Stage, model: type[Model]) -> None:
        add = admin_doors.ADMIN_PAGES[model].add
        path = f"{page_of(model, alias='demo')}add/"
        if add is None:
            assert stage.client.get(path).status_code in (403, 404)
            return

        with instance_scope(stage.instance):
            data = add(stage.instance)
        self._posted(stage, path, data, model, "create")

    @each_page
    def test_what_is_changed_is_told_once_a_01(
        self, stage: doors.Stage, model: type[Model]
    ) -> None:
        change = admin_doors.ADMIN_PAGES[model].change
        path = f"{page_of(model, alias='demo')}{self._target(stage, model).pk}/change/"
        if change is None:
            assert stage.client.post(path, {}).status_code in (403, 404)
            return

        with instance_scope(stage.instance):
            data = change(stage.instance)
        self._posted(stage, path, data, model, "update")

    @each_page
    def test_what_is_deleted_is_told_once_a_01(
        self, stage: doors.Stage, model: type[Model]
    ) -> None:
        row = self._target(stage, model)
        path = f"{page_of(model, alias='demo')}{row.pk}/delete/"
        if stage.client.get(path).status_code in (403, 404):
            return  # nobody can

        self._posted(stage, path, {"post": "yes"}, model, "delete")

    def _target(self, stage: doors.Stage, model: type[Model]) -> Model:
        target = admin_doors.ADMIN_PAGES[model].target
        with instance_scope(stage.instance):
            return a_row_of(model) if target is None else target(stage.instance)

    def _posted(
        self, stage: doors.Stage, path: str, data: dict[str, Any], model: type[Model], action: str
    ) -> None:
        before = last_key()

        answer = stage.client.post(path, data)

        assert answer.status_code == 302, answer.context and answer.context.get("errors")
        entries = entries_after(before)
        assert once_each(entries)
        assert [told(e)[1] for e in entries if told(e)[0] == model._meta.label] == [action]
        assert {(e.door, e.actor) for e in entries} == {("admin", stage.ada)}


def a_row_of(model: type[Model]) -> Model:
    """The newest: `doors.furnished` makes one where a new instance has none."""
    row = model._base_manager.order_by("pk").last()
    assert row is not None, f"doors.furnished makes no {model._meta.label}"
    return row


def is_plain(field: "Field[Any, Any]") -> bool:
    return not (field.is_relation or field.choices or policy.is_masked(field) or field.unique)


def another(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1 if value < 6 else value - 1
    if isinstance(value, dict):
        return {**value, "changed": True}
    return 7 if value is None else f"{value}x"
