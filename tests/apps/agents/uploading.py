"""Uploading files of people in tests."""

from typing import Any

from apps.agents.models import UserUpload
from apps.agents.services.uploads import take_upload
from apps.instances.models import Instance
from apps.users.models import User
from tests.people import user_with


def upload(instance: Instance, raw: bytes, *, by: User) -> UserUpload:
    return take_upload(instance=instance, raw=raw, file_name="people.csv", acting_user=by)


def findings(upload: UserUpload) -> list[tuple[int, str, str]]:
    """The problems of a fresh row: row, column, sentence."""
    upload.refresh_from_db()
    shown: list[dict[str, Any]] = upload.problems
    return [(each["row"], each["column"], each["text"]) for each in shown]


def newcomers(instance: Instance) -> set[str]:
    """User names of everybody who is an agent; the cast of the tests is not."""
    names = User.objects.filter(instance=instance, agent__isnull=False)
    return set(names.values_list("username", flat=True))


def a_waiting_upload(instance: Instance) -> UserUpload:
    """Of whoever is there first: people see their own only."""
    user = User.objects.filter(instance=instance).first() or user_with(instance, "una")
    return UserUpload.objects.create(
        instance=instance, uploaded_by=user, file_name="people.csv", rows=1, state="READY"
    )
