"""The page of an instance in its own admin (SR-012, S-08)."""

from typing import Any

import pytest

from apps.instances.models import ApprovedOrigin, Instance
from apps.instances.scope import instance_scope
from apps.instances.services.origins import approve_origin
from apps.instances.services.quotas import set_quotas
from apps.users.models import User
from tests.rest import signed_in

pytestmark = pytest.mark.db

PAGE = "/demo/admin/instances/instance/"


def typed(instance: Instance, *origins: str | ApprovedOrigin, **changes: Any) -> dict[str, Any]:
    """What the form sends: settings as they are but for `changes`, and the rows of origins."""
    names = ("name", "country", "time_zone", "language", "web_call_limit",
             "web_call_limit_per_address", "ring_seconds", "missed_recovery_seconds",
             "gone_offline_minutes", "offline_logs_out")  # fmt: skip
    old = [row for row in origins if isinstance(row, ApprovedOrigin)]
    sent: dict[str, Any] = {name: getattr(instance, name) for name in names}
    sent |= {"origins-TOTAL_FORMS": len(origins), "origins-INITIAL_FORMS": len(old)}
    for place, row in enumerate([*old, *(o for o in origins if isinstance(o, str))]):
        if isinstance(row, ApprovedOrigin):
            sent |= {f"origins-{place}-id": row.pk, f"origins-{place}-instance": instance.pk}
        sent[f"origins-{place}-origin"] = str(row)
    return sent | changes


def origins_of(instance: Instance) -> list[ApprovedOrigin]:
    with instance_scope(instance):
        return list(ApprovedOrigin.objects.all())


def test_the_page_shows_the_log_in_link_with_a_copy_button_sr_012(ada: User) -> None:
    text = signed_in(ada).get(PAGE).content.decode()

    assert 'value="http://testserver/demo/login"' in text
    assert "Login URL" in text and ">Copy</button>" in text
    assert '<script src="/static/connect/js/admin/copy.js" type="module">' in text


def test_its_administrator_changes_the_settings(ada: User, demo_instance: Instance) -> None:
    answer = signed_in(ada).post(
        PAGE, typed(demo_instance, name="Acme", time_zone="Europe/Berlin", ring_seconds=30)
    )

    demo_instance.refresh_from_db()
    assert answer["Location"] == PAGE
    assert (demo_instance.name, demo_instance.time_zone) == ("Acme", "Europe/Berlin")
    assert demo_instance.ring_seconds == 30


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", " "), ("country", "XX"), ("time_zone", "Mars/Olympus"), ("language", "tlh"),
     ("ring_seconds", 9), ("ring_seconds", 61), ("gone_offline_minutes", 2000)],
)  # fmt: skip
def test_what_is_wrong_stands_at_its_field(
    ada: User, demo_instance: Instance, field: str, value: object
) -> None:
    answer = signed_in(ada).post(PAGE, typed(demo_instance, **{field: value}))

    assert list(answer.context["adminform"].form.errors) == [field]


def test_what_only_operators_give_cannot_be_slipped_in(ada: User, demo_instance: Instance) -> None:
    sent = typed(demo_instance, alias="new", is_active="", call_quota=999, quota_users=9)

    assert signed_in(ada).post(PAGE, sent).status_code == 302

    demo_instance.refresh_from_db()
    assert (demo_instance.alias, demo_instance.is_active) == ("demo", True)
    assert demo_instance.call_quota == 10


def test_origins_are_added_changed_and_removed_with_the_settings(
    ada: User, demo_instance: Instance
) -> None:
    client = signed_in(ada)
    client.post(PAGE, typed(demo_instance, "https://a.example/", "https://b.example"))
    first, second = origins_of(demo_instance)
    assert [first.origin, second.origin] == ["https://a.example", "https://b.example"]

    second.origin = "https://c.example"
    sent = typed(demo_instance, first, second) | {"origins-0-DELETE": "on"}
    assert client.post(PAGE, sent).status_code == 302

    assert [row.origin for row in origins_of(demo_instance)] == ["https://c.example"]


@pytest.mark.parametrize(
    ("origin", "sentence"),
    [
        ("https://*.example", "not the name of a host"),
        ("http://crm.example", "http is for localhost only"),
        ("https://CRM.example:443", "approved already"),
    ],
)
def test_an_origin_that_cannot_be_is_refused_and_nothing_else_is_saved(
    ada: User, demo_instance: Instance, origin: str, sentence: str
) -> None:
    with instance_scope(demo_instance):
        row = approve_origin(instance=demo_instance, origin="https://crm.example")

    answer = signed_in(ada).post(PAGE, typed(demo_instance, row, origin, name="New"))

    demo_instance.refresh_from_db()
    assert sentence in answer.content.decode()
    assert demo_instance.name == "Demo Airline"
    assert origins_of(demo_instance) == [row]


def test_quotas_are_shown_with_what_is_there(ada: User, demo_instance: Instance) -> None:
    set_quotas(demo_instance, {"users": 7})

    uses = {each.label: each for each in signed_in(ada).get(PAGE).context["quotas"]}

    assert (uses["users"].present, uses["users"].limit) == (1, 7)
    assert (uses["security profiles"].present, uses["queues"].present) == (4, 1)


def test_without_the_right_nobody_sees_or_changes_it_s_03(
    demo_instance: Instance, max_: User
) -> None:
    manager = signed_in(max_)

    assert manager.get(PAGE).status_code == 403
    assert manager.post(PAGE, typed(demo_instance, name="Mine")).status_code == 403
