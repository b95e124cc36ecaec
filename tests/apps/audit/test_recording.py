"""What an entry of the audit tells of each kind of change (A-01)."""

import pytest
from django.contrib.auth.models import Group

from apps.audit.models import AuditEntry
from apps.audit.services import record
from apps.core.acting import Actor, Door, acting
from apps.core.unit_of_work import unit_of_work
from apps.flows.models import ContactFlow
from apps.flows.services.publishing import publish
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.instances.services.instances import create_instance, update_instance
from apps.routing.models import HoursOfOperation, Queue
from apps.security_profiles.services import assign, create_profile, set_permissions
from apps.users.models import User
from apps.users.services import create_user, save_preferences, set_active, set_password
from tests.apps.audit.audit import entries_after, last_key, told
from tests.people import PASSWORD, profile_named, user_with

pytestmark = pytest.mark.db


def test_a_made_row_is_told_with_what_is_in_it_a_01(demo_instance: Instance) -> None:
    before = last_key()

    with unit_of_work():
        HoursOfOperation.objects.create(instance=demo_instance, name="Night", time_zone="UTC")

    (entry,) = entries_after(before)
    assert told(entry) == (
        "routing.HoursOfOperation",
        "create",
        {"name": [None, "Night"], "time_zone": [None, "UTC"]},
    )
    assert (entry.object_repr, entry.instance) == ("Night", demo_instance)


def test_a_change_is_told_with_before_and_after_a_01(queue: Queue) -> None:
    before = last_key()
    queue.name, queue.max_contacts = "Sales", 9

    queue.save()

    (entry,) = entries_after(before)
    assert told(entry) == (
        "routing.Queue",
        "update",
        {"name": ["BasicQueue", "Sales"], "max_contacts": [None, 9]},
    )
    assert (entry.object_repr, entry.object_public_id) == ("Sales", queue.public_id)


def test_a_deleted_row_keeps_its_name_a_01(demo_instance: Instance) -> None:
    hours = HoursOfOperation.objects.create(instance=demo_instance, name="Night")
    before = last_key()

    hours.delete()

    (entry,) = entries_after(before)
    assert entry.object_repr == "Night"
    assert told(entry)[1:] == ("delete", {"name": ["Night", None], "time_zone": ["UTC", None]})


def test_what_a_field_refers_to_is_told_by_its_name(demo_instance: Instance, queue: Queue) -> None:
    night = HoursOfOperation.objects.create(instance=demo_instance, name="Night")
    before = last_key()
    queue.hours = night

    with instance_scope(demo_instance):
        queue.save()

    (entry,) = entries_after(before)
    assert entry.changes == {"hours": ["Basic Hours", "Night"]}


def test_a_password_is_told_and_never_shown_a_01(ana: User) -> None:
    before = last_key()

    set_password(ana, password="Another-Horse-8")

    (entry,) = entries_after(before)
    assert entry.changes == {"password": ["••••••", "••••••"]}


def test_a_new_user_is_one_entry_with_the_names_of_the_profiles_a_01(
    demo_instance: Instance,
) -> None:
    before = last_key()

    user = create_user(
        instance=demo_instance,
        username="bob",
        password=PASSWORD,
        profiles=[profile_named(demo_instance, "Agent")],
    )

    (entry,) = entries_after(before)
    assert (entry.object_pk, entry.action) == (str(user.pk), AuditEntry.Action.CREATE)
    assert entry.changes["groups"] == [[], ["Agent"]]
    assert entry.changes["password"] == [None, "••••••"]
    assert entry.changes["username"] == [None, "bob"]


def test_other_profiles_of_a_user_are_one_entry_a_01(demo_instance: Instance, ana: User) -> None:
    before = last_key()

    assign(ana, profiles=[profile_named(demo_instance, "Admin")])

    (entry,) = entries_after(before)
    assert entry.changes == {"groups": [["Agent"], ["Admin"]]}


def test_links_made_from_the_other_side_are_told_of_the_same_row_a_01(
    demo_instance: Instance, ana: User
) -> None:
    group = profile_named(demo_instance, "Admin").group
    before = last_key()

    group.user_set.add(ana)
    group.user_set.clear()

    first, second = entries_after(before)
    assert first.changes == {"groups": [["Agent"], ["Admin", "Agent"]]}
    assert second.changes == {"groups": [["Admin", "Agent"], ["Agent"]]}
    assert first.object_pk == second.object_pk == str(ana.pk)


def test_links_that_are_cleared_are_told_a_01(ana: User) -> None:
    before = last_key()

    ana.groups.clear()

    (entry,) = entries_after(before)
    assert entry.changes == {"groups": [["Agent"], []]}


def test_a_new_security_profile_is_one_entry_with_its_permissions_a_01(
    demo_instance: Instance,
) -> None:
    before = last_key()

    create_profile(instance=demo_instance, name="Readers", permissions=["Queues.View"])

    (entry,) = entries_after(before)
    assert told(entry) == (
        "security_profiles.SecurityProfile",
        "create",
        {"name": [None, "Readers"], "permissions": [None, ["Queues.View"]]},
    )


def test_other_permissions_of_a_profile_are_one_entry_a_01(demo_instance: Instance) -> None:
    profile = create_profile(instance=demo_instance, name="Readers", permissions=["Queues.View"])
    before = last_key()

    set_permissions(profile, permissions=["Prompts.View"])

    (entry,) = entries_after(before)
    assert entry.changes == {"permissions": [["Queues.View"], ["Prompts.View"]]}
    assert not Group.objects.filter(name="Readers").exists()


def test_switching_a_user_off_is_one_entry_a_01(ana: User) -> None:
    before = last_key()

    set_active(ana, is_active=False)

    (entry,) = entries_after(before)
    assert entry.changes == {"is_active": [True, False]}


def test_settings_of_an_instance_belong_to_it_and_its_making_to_the_installation_a_01(
    demo_instance: Instance,
) -> None:
    before = last_key()

    update_instance(demo_instance, name="Demo Trains")
    other = create_instance(alias="new", name="New")

    changed, made = entries_after(before)
    assert (changed.instance, changed.changes["name"][1]) == (demo_instance, "Demo Trains")
    assert (made.instance, made.object_public_id) == (None, other.public_id)


def test_a_flow_is_told_without_its_document(demo_instance: Instance) -> None:
    with instance_scope(demo_instance):
        publish(ContactFlow.objects.filter(is_default=True)[0])

    entry = AuditEntry.objects.get(content_type__model="flowversion")
    assert len(entry.changes["content"][1]) == 12


def test_an_instance_that_is_deleted_leaves_its_history(other_instance: Instance) -> None:
    kept = AuditEntry.objects.filter(instance=other_instance).count()
    user_with(other_instance, "olga")

    User.objects.filter(instance=other_instance).delete()

    assert AuditEntry.objects.filter(instance=other_instance).count() == kept + 2


class TestWho:
    """Who did it, from where, through which door, and in which request (A-01)."""

    def test_everything_known_of_the_actor_is_written_down_a_01(
        self, queue: Queue, ada: User
    ) -> None:
        before = last_key()
        queue.name = "Sales"

        with acting(Actor(Door.REST, lambda: ada, address="192.0.2.7", request_id="abc-12345")):
            queue.save()

        (entry,) = entries_after(before)
        assert (entry.actor, entry.actor_name) == (ada, "Ada Byron")
        assert (entry.door, entry.remote_addr, entry.cid) == ("rest", "192.0.2.7", "abc-12345")

    def test_the_name_of_who_did_it_stays_when_the_user_goes(
        self, demo_instance: Instance, queue: Queue
    ) -> None:
        before = last_key()
        queue.name = "Sales"
        olga = user_with(demo_instance, "olga")
        with acting(Actor(Door.PAGE, lambda: olga)):
            queue.save()

        olga.delete()

        entry = entries_after(before)[1]
        assert (entry.actor, entry.actor_name) == (None, "olga")

    def test_without_an_edge_it_was_the_installation_itself(self, queue: Queue) -> None:
        before = last_key()

        record(queue, changes={"name": ["a", "b"]})

        (entry,) = entries_after(before)
        assert (entry.door, entry.actor_name, entry.remote_addr) == ("system", "", None)

    def test_a_job_may_act_for_the_person_who_asked_for_it(self, queue: Queue, ada: User) -> None:
        before = last_key()

        with acting(Actor(Door.JOB, name="users.upload").on_behalf_of(ada)):
            record(queue, changes={"name": ["a", "b"]})

        (entry,) = entries_after(before)
        assert (entry.door, entry.actor) == ("job", ada)

    @pytest.mark.parametrize(
        ("said", "kept"), [("/run/connect.sock", None), ("fe80::1%eth0", "fe80::1"), (None, None)]
    )
    def test_what_is_no_address_is_left_out(
        self, queue: Queue, said: str | None, kept: str | None
    ) -> None:
        before = last_key()

        with acting(Actor(Door.PAGE, address=said)):
            record(queue, changes={"name": ["a", "b"]})

        assert entries_after(before)[0].remote_addr == kept


class TestHotPath:
    """A save of live columns alone costs the audit nothing."""

    def test_live_columns_cost_no_statement(
        self, ana: User, django_assert_num_queries: object
    ) -> None:
        with django_assert_num_queries(1):  # type: ignore[operator]
            ana.save(update_fields=["last_login"])

    def test_audited_columns_cost_two(self, ana: User, django_assert_num_queries: object) -> None:
        with django_assert_num_queries(5):  # type: ignore[operator]
            save_preferences(ana, theme="dark")  # with the savepoint of the test around it
