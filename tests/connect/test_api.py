"""The REST interface: log-in, problem documents, keyset pages, its document (SR-018 to 022)."""

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.core.api.parsers import LARGEST_BODY
from apps.instances.models import Instance
from apps.security_profiles.domain.catalogue import CATALOGUE
from apps.users.models import User
from tests.people import PASSWORD, user_with
from tests.rest import BACKEND, check_problem, signed_in

pytestmark = pytest.mark.db


def test_me_tells_who_where_and_what(ana: User) -> None:
    body = signed_in(ana).get("/api/v1/me").json()

    assert body["user"] == {
        "id": str(ana.public_id),
        "username": "ana",
        "first_name": "Ana",
        "last_name": "Lima",
        "email": "",
        "is_active": True,
    }
    assert body["instance"]["alias"] == "demo"
    assert body["permissions"] == [
        "BasicAgentAccess",
        "OutboundCallAccess",
        "TransferDestinations.View",
    ]


def test_an_operator_has_no_instance(db: None) -> None:
    body = signed_in(User.objects.create_superuser("ops", PASSWORD)).get("/api/v1/me").json()

    assert (body["instance"], body["permissions"]) == (None, [])


def test_the_log_in_page_s_session_opens_the_interface(client: Client, ana: User) -> None:
    client.post("/demo/login", {"username": "ana", "password": PASSWORD})

    assert client.get("/api/v1/me").json()["user"]["username"] == "ana"


def test_strangers_are_asked_to_sign_in(client: Client, db: None) -> None:
    answer = client.get("/api/v1/me")

    check_problem(answer, status=401, code="NOT_SIGNED_IN")
    assert answer["WWW-Authenticate"]


def test_an_instance_hands_out_its_log_in_link_sr_012(ana: User) -> None:
    client = signed_in(ana)

    link = client.get("/api/v1/instances/demo").json()["access_url"]

    assert link == "http://testserver/demo/login"
    assert Client().get(link).status_code == 200


def test_preferences_are_read_and_changed_one_by_one(ana: User) -> None:
    client = signed_in(ana)

    changed = client.patch(
        "/api/v1/me/preferences", {"theme": "dark"}, content_type="application/json"
    )

    expected = {"theme": "dark", "single_key_shortcuts": True, "language": ""}
    assert changed.json() == expected
    assert client.get("/api/v1/me/preferences").json() == expected


def test_a_wrong_value_is_named_by_its_field(ana: User) -> None:
    answer = signed_in(ana).patch(
        "/api/v1/me/preferences", {"theme": "pink"}, content_type="application/json"
    )

    check_problem(answer, status=400, code="INVALID_INPUT")
    assert list(answer.json()["errors"]) == ["theme"]


def test_a_change_needs_the_csrf_token_s_08(ana: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ana, backend=BACKEND)

    refused = client.patch(
        "/api/v1/me/preferences", {"theme": "dark"}, content_type="application/json"
    )
    client.get("/demo/login")
    allowed = client.patch(
        "/api/v1/me/preferences",
        {"theme": "dark"},
        content_type="application/json",
        headers={"X-CSRFToken": client.cookies["connect_csrf"].value},
    )

    check_problem(refused, status=403, code="NOT_ALLOWED")
    assert allowed.status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("delete", "/api/v1/me", 405, "METHOD_NOT_ALLOWED"),
        ("get", "/api/v1/instances/nowhere", 404, "NOT_FOUND"),
        ("get", "/api/v1/nothing", 404, "NOT_FOUND"),
        ("get", "/api/v1/instances/demo/users", 403, "PERMISSION_MISSING"),
    ],
)
def test_refusals_are_problem_documents(
    ana: User, method: str, path: str, status: int, code: str
) -> None:
    check_problem(getattr(signed_in(ana), method)(path), status=status, code=code)


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        ("{", "application/json", 400, "MALFORMED"),
        ("theme=dark", "application/x-www-form-urlencoded", 415, "UNSUPPORTED_MEDIA_TYPE"),
        ("[" * 1000 + "]" * 1000, "application/json", 400, "MALFORMED"),
        ("[" * 100_000, "application/json", 400, "MALFORMED"),
        ('{"theme": "\\ud800"}', "application/json", 400, "MALFORMED"),
        ('{"theme": NaN}', "application/json", 400, "MALFORMED"),
        ('{"theme": "ü"}'.encode("latin-1"), "application/json", 400, "MALFORMED"),
        ("9" * 5000, "application/json", 400, "MALFORMED"),
        (" " * (LARGEST_BODY + 1), "application/json", 413, "BODY_TOO_LARGE"),
    ],
)
def test_unreadable_bodies_are_refused(
    ana: User, body: str | bytes, content_type: str, status: int, code: str
) -> None:
    answer = signed_in(ana).patch("/api/v1/me/preferences", body, content_type=content_type)

    check_problem(answer, status=status, code=code)


def test_json_is_utf_8_whatever_the_header_says(ana: User) -> None:
    """RFC 8259, section 8.1."""
    answer = signed_in(ana).patch(
        "/api/v1/me/preferences",
        b'{"theme": "dark"}',
        content_type="application/json; charset=utf-16",
    )

    assert answer.json()["theme"] == "dark"


def test_the_catalogue_is_the_checked_in_list_sr_020(ana: User) -> None:
    body = signed_in(ana).get("/api/v1/permissions").json()

    assert [entry["name"] for entry in body] == [permission.name for permission in CATALOGUE]
    assert {"name", "group", "resource", "action", "implies", "later"} == set(body[0])


def test_profiles_come_in_pages(ada: User) -> None:
    client = signed_in(ada)

    first = client.get("/api/v1/instances/demo/security-profiles?limit=3").json()
    second = client.get(
        "/api/v1/instances/demo/security-profiles", {"limit": 3, "after": first["next"]}
    ).json()

    names = [profile["name"] for profile in first["results"] + second["results"]]
    assert names == ["Admin", "Agent", "CallCenterManager", "QualityAnalyst"]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("query", "field"), [("limit=0", "limit"), ("limit=101", "limit"), ("after=x", "after")]
)
def test_a_page_that_cannot_be_is_refused(ada: User, query: str, field: str) -> None:
    answer = signed_in(ada).get(f"/api/v1/instances/demo/users?{query}")

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]


def test_users_are_listed_without_secrets_or_neighbours_sr_053(
    ada: User, ana: User, otto: User
) -> None:
    answer = signed_in(ada).get("/api/v1/instances/demo/users")

    assert [user["username"] for user in answer.json()["results"]] == ["ada", "ana"]
    assert "password" not in answer.content.decode()
    assert ana.password not in answer.content.decode()


def test_a_list_costs_the_same_however_long_it_is(
    ada: User, demo_instance: Instance, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Session, user with instance, instance by alias, the page; rights are remembered."""
    client = signed_in(ada)
    client.get("/api/v1/instances/demo/users")
    for n in range(5):
        user_with(demo_instance, f"user{n}")
    client.get("/api/v1/instances/demo/users")

    with django_assert_num_queries(4):
        client.get("/api/v1/instances/demo/users")


def test_the_document_is_the_checked_in_one() -> None:
    """Refresh it with `manage.py spectacular --file docs/openapi.yaml` and read the difference."""
    written = StringIO()

    call_command("spectacular", "--validate", "--fail-on-warn", stdout=written)

    document = Path(settings.BASE_DIR) / "docs" / "openapi.yaml"
    assert written.getvalue().strip() == document.read_text(encoding="utf-8").strip()


def test_the_page_of_the_document_is_for_signed_in_people(client: Client, ana: User) -> None:
    check_problem(client.get("/api/docs/"), status=401, code="NOT_SIGNED_IN")

    page = signed_in(ana).get("/api/docs/")
    script = signed_in(ana).get("/api/docs/?script=")

    assert "swagger-ui" in page.content.decode()
    assert script["Content-Type"].startswith("application/javascript")
    assert "/api/v1/schema/" in script.content.decode()
