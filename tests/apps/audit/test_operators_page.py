"""What concerns no instance is read by operators, in their admin (A-04)."""

import pytest
from django.test import Client

from apps.audit.models import AuditEntry
from apps.instances.models import Instance
from apps.instances.services.instances import create_instance, update_instance
from apps.users.models import User
from tests.people import PASSWORD
from tests.rest import signed_in

pytestmark = pytest.mark.db

LIST = "/admin/audit/auditentry/"


@pytest.fixture
def operator(db: None) -> Client:
    return signed_in(User.objects.create_superuser("root", PASSWORD))


def test_an_operator_sees_which_instances_were_made_a_04(operator: Client) -> None:
    create_instance(alias="acme", name="Acme Travel")

    assert "Created: Instance" in operator.get(LIST, {"q": "Acme"}).content.decode()


def test_an_entry_shows_before_and_after_and_no_secret_a_04(operator: Client) -> None:
    entry = AuditEntry.objects.get(object_repr="root")

    text = operator.get(f"{LIST}{entry.pk}/change/").content.decode()

    assert "<strong>User name</strong>: — → root" in text
    assert "<strong>Password</strong>: — → ••••••" in text


def test_what_belongs_to_an_instance_is_read_there(
    operator: Client, demo_instance: Instance
) -> None:
    update_instance(demo_instance, name="Demo Trains")
    entry = AuditEntry.objects.get(instance=demo_instance)

    assert "Demo Trains" not in operator.get(LIST).content.decode()
    assert operator.get(f"{LIST}{entry.pk}/change/").status_code == 302


def test_nobody_writes_into_the_audit(operator: Client) -> None:
    entry = AuditEntry.objects.get(object_repr="root")

    assert operator.post(f"{LIST}{entry.pk}/change/", {"actor_name": "x"}).status_code == 403
    assert operator.get(f"{LIST}add/").status_code in (302, 404)
    assert operator.get(f"{LIST}{entry.pk}/delete/").status_code == 404
