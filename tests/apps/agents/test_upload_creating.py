"""A confirmed file creates everybody in it, once, or nobody."""

from collections.abc import Iterator
from typing import Any

import pytest

from apps.agents import tasks
from apps.agents.models import Agent, AgentStatusChange, UserUpload
from apps.agents.services import upload_files, upload_states, upload_work
from apps.agents.services.uploads import (
    UploadDone,
    UploadNotReady,
    UploadOver,
    UploadUnderWay,
    cancel_upload,
    confirm_upload,
)
from apps.audit.domain.merging import HIDDEN
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.instances.services.quotas import set_quotas
from apps.routing.models import Queue, RoutingProfile
from apps.security_profiles.models import SecurityProfile
from apps.security_profiles.selectors import PermissionMissing, permissions_of
from apps.security_profiles.services import assign
from apps.users.hierarchy import create_group, name_level
from apps.users.models import User
from apps.users.services import set_active
from tests.apps.agents.uploading import findings, newcomers, upload
from tests.apps.audit.audit import entries_after, last_key, told
from tests.domain.agents.people_csv import crowd, people, person
from tests.people import hire, profile_named, user_with

pytestmark = pytest.mark.db


class Killed(BaseException):
    """What a process does not survive."""


@pytest.fixture
def scope(demo_instance: Instance) -> Iterator[Instance]:
    with instance_scope(demo_instance):
        yield demo_instance


@pytest.fixture
def grace(scope: Instance) -> User:
    """A second administrator."""
    return user_with(scope, "grace", "Admin")


def logins(size: int) -> set[str]:
    return {f"u{n}" for n in range(size)}


def run(taken: UserUpload) -> None:
    """What the worker does."""
    tasks.create_users(upload_id=taken.pk)
    taken.refresh_from_db()


def confirmed(instance: Instance, raw: bytes, *, by: User) -> UserUpload:
    """Looked through and confirmed; whoever works on it has not come yet."""
    taken = upload(instance, raw, by=by)
    tasks.check_upload(upload_id=taken.pk)
    taken.refresh_from_db()
    confirm_upload(taken, acting_user=by)
    return taken


def test_everybody_in_the_file_can_work_afterwards(scope: Instance, ada: User) -> None:
    name_level(instance=scope, number=1, name="Region")
    europe = create_group(instance=scope, name="Europe")
    row = person(
        HIERARCHY="Europe",
        SECURITY_PROFILES="Agent|QualityAnalyst",
        PHONE_TYPE="desk",
        PHONE_NUMBER="+442071838750",
        AUTO_ACCEPT="yes",
        ACW_TIMEOUT="30",
    )

    taken = confirmed(scope, people(row, person("al")), by=ada)

    jo = User.objects.get(login_key="demo:jo")
    assert (taken.state, taken.done) == ("DONE", 2)
    assert jo.check_password("Correct-Horse-7")
    assert jo.hierarchy_group == europe
    assert jo.groups.count() == 2
    assert "BasicAgentAccess" in permissions_of(jo, Instance.objects.get(pk=scope.pk))
    assert (jo.agent.phone_type, jo.agent.desk_phone_number) == ("DESK_PHONE", "+442071838750")
    assert (jo.agent.auto_accept, jo.agent.acw_seconds) == (True, 30)
    assert Queue.objects.get(user=jo).kind == "AGENT"
    assert AgentStatusChange.objects.get(agent=jo.agent, ended_at=None).status.kind == "OFFLINE"


def test_six_hundred_are_created_by_a_job_that_says_how_far_it_is(
    scope: Instance, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_quotas(scope, {"users": 20_000})
    told: list[int] = []
    goes_on = upload_states.goes_on

    def listen(taken: UserUpload, *, done: int) -> bool:
        told.append(done)
        return goes_on(taken, done=done)

    taken = confirmed(scope, crowd(600), by=ada)
    monkeypatch.setattr(upload_work, "goes_on", listen)
    assert (taken.state, taken.done) == ("RUNNING", 0)

    run(taken)

    assert (taken.state, taken.done, taken.percent) == ("DONE", 600, 100)
    assert newcomers(scope) == logins(600)
    assert told == sorted(told)
    assert told[-1] == 595


def test_four_hundred_people_take_fewer_statements_than_people(
    scope: Instance, ada: User, django_assert_max_num_queries: Any
) -> None:
    """Nobody else can write to SQLite meanwhile."""
    taken = confirmed(scope, crowd(400), by=ada)
    table = upload_files.read(taken.public_id)
    assert table is not None
    looked = upload_work._look(taken, table, on_step=lambda _rows: None)
    ready = upload_work._made_ready(taken, looked.people)

    with django_assert_max_num_queries(30):
        upload_work._insert(taken, ready)


def test_a_name_taken_meanwhile_lets_nobody_be_created_and_is_named(
    scope: Instance, ada: User
) -> None:
    taken = confirmed(scope, crowd(20), by=ada)
    user_with(scope, "U7", "Agent")

    run(taken)

    assert (taken.state, newcomers(scope)) == ("FAILED", set())
    assert [(row, column) for row, column, _text in findings(taken)] == [(9, "user login")]


def test_a_name_taken_while_passwords_are_hashed_is_named_too(
    scope: Instance, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = confirmed(scope, crowd(20), by=ada)
    hash_passwords = upload_work._hash_passwords

    def slowly(*args: Any) -> None:
        hash_passwords(*args)
        user_with(scope, "U7", "Agent")

    monkeypatch.setattr(upload_work, "_hash_passwords", slowly)

    run(taken)

    assert (taken.state, newcomers(scope)) == ("FAILED", set())
    assert [(row, column) for row, column, _text in findings(taken)] == [(9, "user login")]


@pytest.mark.parametrize("gone", [RoutingProfile, SecurityProfile])
def test_what_was_deleted_meanwhile_is_named(
    scope: Instance, ada: User, monkeypatch: pytest.MonkeyPatch, gone: Any
) -> None:
    taken = confirmed(scope, crowd(20), by=ada)
    hash_passwords = upload_work._hash_passwords

    def slowly(*args: Any) -> None:
        hash_passwords(*args)
        gone.objects.filter(name__in=["Agent", "Basic Routing Profile"]).delete()

    monkeypatch.setattr(upload_work, "_hash_passwords", slowly)

    run(taken)

    assert (taken.state, taken.problem_count, newcomers(scope)) == ("FAILED", 20, set())


def test_rights_that_were_taken_meanwhile_are_gone_s_04(
    scope: Instance, ada: User, grace: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S-04: what counts is what the person holds when the users are created."""
    taken = confirmed(scope, crowd(20), by=ada)
    hash_passwords = upload_work._hash_passwords

    def slowly(*args: Any) -> None:
        hash_passwords(*args)
        assign(ada, profiles=[profile_named(scope, "QualityAnalyst")], acting_user=grace)

    monkeypatch.setattr(upload_work, "_hash_passwords", slowly)

    run(taken)

    assert (taken.state, newcomers(scope)) == ("FAILED", set())
    assert findings(taken)


def test_a_quota_lowered_meanwhile_holds(
    scope: Instance, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = confirmed(scope, crowd(20), by=ada)
    hash_passwords = upload_work._hash_passwords

    def slowly(*args: Any) -> None:
        hash_passwords(*args)
        set_quotas(scope, {"users": 20})

    monkeypatch.setattr(upload_work, "_hash_passwords", slowly)

    run(taken)

    assert (taken.state, newcomers(scope)) == ("FAILED", set())
    [(row, column, said)] = findings(taken)
    assert (row, column) == (0, "")
    assert "The limit for users is 20" in said


def test_somebody_switched_off_creates_nobody(scope: Instance, ada: User, grace: User) -> None:
    taken = confirmed(scope, crowd(20), by=ada)
    set_active(ada, is_active=False, acting_user=grace)

    run(taken)

    assert (taken.state, newcomers(scope)) == ("FAILED", set())


def test_who_lost_the_right_cannot_confirm(scope: Instance, ada: User, grace: User) -> None:
    taken = upload(scope, crowd(2), by=ada)
    assign(ada, profiles=[profile_named(scope, "Agent")], acting_user=grace)
    taken.refresh_from_db()

    with pytest.raises(PermissionMissing):
        confirm_upload(taken, acting_user=ada)

    assert newcomers(scope) == set()


def test_killed_in_mid_job_and_begun_anew_creates_once(
    scope: Instance, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = confirmed(scope, crowd(50), by=ada)
    for dying in ("_hash_passwords", "move"):
        with monkeypatch.context() as patched, pytest.raises(Killed):
            patched.setattr(upload_work, dying, _die)
            run(taken)
        assert newcomers(scope) == set()

    run(taken)
    run(taken)

    assert (taken.state, newcomers(scope)) == ("DONE", logins(50))
    assert Agent.objects.count() == 50


def _die(*_args: Any, **_facts: Any) -> None:
    raise Killed


def test_two_workers_at_one_file_create_once(
    scope: Instance, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = confirmed(scope, crowd(20), by=ada)
    hash_passwords = upload_work._hash_passwords

    def overtaken(*args: Any) -> None:
        hash_passwords(*args)
        monkeypatch.setattr(upload_work, "_hash_passwords", hash_passwords)
        upload_work.create_users(UserUpload.objects.get(pk=taken.pk))

    monkeypatch.setattr(upload_work, "_hash_passwords", overtaken)

    run(taken)

    assert (taken.state, newcomers(scope)) == ("DONE", logins(20))


def test_of_two_files_with_the_same_people_one_creates_them(
    scope: Instance, ada: User, grace: User
) -> None:
    first, second = (confirmed(scope, crowd(20), by=each) for each in (ada, grace))

    run(second)
    run(first)

    assert (second.state, first.state, newcomers(scope)) == ("DONE", "FAILED", logins(20))
    assert first.problem_count == 20


def test_cancelled_while_hashing_it_creates_nobody(
    scope: Instance, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = confirmed(scope, crowd(50), by=ada)
    goes_on = upload_states.goes_on

    def cancelled_on_the_way(working: UserUpload, *, done: int) -> bool:
        if done == 40:
            cancel_upload(UserUpload.objects.get(pk=taken.pk))
        return goes_on(working, done=done)

    monkeypatch.setattr(upload_work, "goes_on", cancelled_on_the_way)

    run(taken)

    assert (taken.state, newcomers(scope)) == ("CANCELLED", set())
    assert taken.preview == []


def test_a_late_cancel_says_that_it_is_done(scope: Instance, ada: User) -> None:
    taken = confirmed(scope, crowd(3), by=ada)

    with pytest.raises(UploadDone, match="too late"):
        cancel_upload(taken)

    assert newcomers(scope) == logins(3)


def test_what_is_over_is_neither_confirmed_nor_cancelled(scope: Instance, ada: User) -> None:
    refused = upload(scope, people(person("")), by=ada)

    with pytest.raises(UploadNotReady):
        confirm_upload(refused, acting_user=ada)
    with pytest.raises(UploadOver):
        cancel_upload(refused)


def test_a_new_file_replaces_one_that_waits_but_not_one_at_work(scope: Instance, ada: User) -> None:
    waiting = upload(scope, crowd(20), by=ada)
    at_work = confirmed(scope, crowd(20), by=ada)
    waiting.refresh_from_db()

    with pytest.raises(UploadUnderWay):
        upload(scope, crowd(1), by=ada)

    assert (waiting.state, at_work.state) == ("CANCELLED", "RUNNING")


def test_each_person_is_told_in_the_audit_as_if_created_alone_a_01(
    scope: Instance, ada: User
) -> None:
    """A-01: whatever the door, one entry for each row, by the person who uploaded."""
    before = last_key()
    hire(scope, "alone")
    alone = [told(entry) for entry in entries_after(before)]
    taken = confirmed(scope, crowd(11), by=ada)
    before = last_key()

    run(taken)

    entries = entries_after(before)
    assert len(entries) == 3 * 11
    assert {entry.actor_name for entry in entries} == {"Ada Byron"}
    labels = [told(entry)[:2] for entry in entries]
    assert set(labels) == {each[:2] for each in alone}
    made = next(told(entry)[2] for entry in entries if entry.object_repr == "Jo March")
    assert made["groups"] == [[], ["Agent"]]
    assert made["password"] == [None, HIDDEN]


@pytest.mark.long
def test_ten_thousand_people_are_created(scope: Instance, ada: User) -> None:
    set_quotas(scope, {"users": 20_000})
    taken = confirmed(scope, crowd(10_000), by=ada)

    run(taken)

    assert (taken.state, taken.done) == ("DONE", 10_000)
    assert newcomers(scope) == logins(10_000)
