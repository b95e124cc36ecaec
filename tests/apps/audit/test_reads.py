"""Who saw or heard a conversation is written down, once for each time (A-02)."""

import pytest
from django.test import Client

from apps.audit.models import AuditEntry
from apps.instances.models import Instance
from apps.users.models import User
from tests.architecture import rows
from tests.rest import DEMO, signed_in

pytestmark = pytest.mark.db


@pytest.fixture
def manager(max_: User) -> Client:
    return signed_in(max_)


def reads() -> list[tuple[str, str, str, str]]:
    found = AuditEntry.objects.filter(action=AuditEntry.Action.ACCESS).order_by("pk")
    return [(e.reading, e.object_repr, e.actor_name, e.door) for e in found]


def test_whoever_opens_a_contact_is_written_down_a_02(
    manager: Client, demo_instance: Instance
) -> None:
    contact = rows.contact(demo_instance)["public_id"]

    for path in (f"/demo/contacts/{contact}", f"{DEMO}/contacts/{contact}"):
        assert manager.get(path).status_code == 200

    assert reads() == [
        ("viewed", contact, "Max Roth", "page"),
        ("viewed", contact, "Max Roth", "rest"),
    ]


def test_whoever_reads_the_record_of_a_contact_is_written_down_a_02(
    manager: Client, demo_instance: Instance
) -> None:
    contact = rows.completed_contact(demo_instance)["public_id"]

    manager.get(f"{DEMO}/contacts/{contact}/record")

    assert reads() == [("viewed", contact, "Max Roth", "rest")]


@pytest.mark.parametrize("path", ["/demo/contacts", f"{DEMO}/contacts"])
def test_whoever_searches_contacts_is_written_down_with_what_was_asked_a_02(
    manager: Client, demo_instance: Instance, path: str
) -> None:
    manager.get(path, {"number": "+12065550123"})

    entry = AuditEntry.objects.get(reading=AuditEntry.Reading.SEARCHED)
    assert entry.changes["number"] == [None, "+12065550123"]
    assert entry.instance == demo_instance


def test_who_is_refused_has_read_nothing_a_02(ana: User, demo_instance: Instance) -> None:
    contact = rows.contact(demo_instance)["public_id"]

    for path in ("/demo/contacts", f"/demo/contacts/{contact}", f"{DEMO}/contacts/{contact}"):
        assert signed_in(ana).get(path).status_code == 403

    assert reads() == []
