"""Instances in the operators' admin: made complete, changed, closed (SR-014)."""

from typing import Any

import pytest
from django.test import Client

from apps.instances.admin.instance_form import QUOTA
from apps.instances.domain.quotas import CATALOGUE
from apps.instances.models import Instance
from apps.instances.services.instances import update_instance
from apps.instances.services.quotas import quota
from apps.users.models import User, UserSession
from tests.people import PASSWORD
from tests.rest import signed_in

pytestmark = pytest.mark.db

LIST = "/admin/instances/instance/"
NEW = {
    "alias": "acme", "name": "Acme", "country": "DE", "time_zone": "Europe/Berlin",
    "language": "de-DE", "username": "ada", "password": PASSWORD,
}  # fmt: skip


@pytest.fixture
def operator(db: None) -> Client:
    return signed_in(User.objects.create_superuser("root", PASSWORD))


def typed(instance: Instance, **changes: Any) -> dict[str, Any]:
    names = ("name", "country", "time_zone", "language", "web_call_limit", "is_active",
             "web_call_limit_per_address", "ring_seconds", "missed_recovery_seconds",
             "gone_offline_minutes", "offline_logs_out", "call_quota")  # fmt: skip
    quotas = {QUOTA + each.name: quota(instance, each.name) for each in CATALOGUE}
    shown = {"initial-is_active": instance.is_active}
    return {name: getattr(instance, name) for name in names} | shown | quotas | changes


def page(instance: Instance) -> str:
    return f"{LIST}{instance.pk}/change/"


def test_one_form_makes_an_instance_in_which_the_administrator_signs_in(operator: Client) -> None:
    answer = operator.post(f"{LIST}add/", NEW)

    assert answer["Location"] == LIST
    assert Instance.objects.get().time_zone == "Europe/Berlin"
    answer = Client().post("/acme/login", {"username": "ada", "password": PASSWORD})
    assert answer.status_code == 302


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("alias", "demo", "already"),
        ("alias", "admin", "cannot be used"),
        ("country", "XX", "not one of the available choices"),
        ("username", "", "required"),
        ("password", "short", "at least 8 characters"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_is_made(
    operator: Client, demo_instance: Instance, field: str, value: str, sentence: str
) -> None:
    answer = operator.post(f"{LIST}add/", {**NEW, field: value})

    form = answer.context["adminform"].form
    assert list(form.errors) == [field]
    assert sentence in str(form.errors)
    assert PASSWORD not in answer.content.decode()
    assert Instance.objects.count() == 1


def test_the_alias_can_be_read_but_not_changed_sr_014(
    operator: Client, demo_instance: Instance
) -> None:
    assert 'name="alias"' not in operator.get(page(demo_instance)).content.decode()

    operator.post(page(demo_instance), typed(demo_instance, alias="new", name="Renamed"))

    demo_instance.refresh_from_db()
    assert (demo_instance.alias, demo_instance.name) == ("demo", "Renamed")
    assert Client().get("/demo/login").status_code == 200


def test_an_operator_gives_other_quotas(operator: Client, demo_instance: Instance) -> None:
    operator.post(page(demo_instance), typed(demo_instance, quota_queues=7, call_quota=30))

    demo_instance.refresh_from_db()
    assert (quota(demo_instance, "queues"), demo_instance.call_quota) == (7, 30)
    answer = operator.post(page(demo_instance), typed(demo_instance, quota_queues=-1))
    assert list(answer.context["adminform"].form.errors) == ["quota_queues"]


def test_closing_an_instance_ends_everybodys_session_s_07(
    operator: Client, demo_instance: Instance, ana: User
) -> None:
    client = signed_in(ana)

    operator.post(page(demo_instance), typed(demo_instance, is_active=""))

    assert not UserSession.objects.filter(user=ana).exists()
    assert client.get("/demo/help/").status_code == 404


def test_instances_are_found_and_lead_to_their_own_admin(
    operator: Client, demo_instance: Instance, other_instance: Instance
) -> None:
    update_instance(other_instance, is_active=False)

    found = {query: operator.get(f"{LIST}?{query}").content.decode() for query in
             ("q=air", "is_active__exact=1", "is_active__exact=0")}  # fmt: skip

    assert 'href="/demo/admin/"' in found["q=air"] and "Other Bank" not in found["q=air"]
    assert "Other Bank" not in found["is_active__exact=1"]
    assert "Demo Airline" not in found["is_active__exact=0"]


def test_nobody_deletes_an_instance(operator: Client, demo_instance: Instance) -> None:
    assert operator.post(f"{LIST}{demo_instance.pk}/delete/", {"post": "yes"}).status_code == 404
    assert Instance.objects.exists()
