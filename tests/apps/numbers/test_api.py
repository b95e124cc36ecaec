"""Telephone numbers in REST, and the preview of what would be dialled."""

from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from pytest_django import DjangoAssertNumQueries

from apps.flows.services.factory import create_shipped_flow
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.instances.services.instances import update_instance
from apps.numbers.services.numbers import claim_number
from apps.users.models import User
from tests.junk import bodies
from tests.people import user_with
from tests.rest import DEMO, check_problem, signed_in

pytestmark = pytest.mark.db

PREVIEW = f"{DEMO}/phone-numbers/preview"


def ask(user: User, number: object, *, country: str = "US") -> Any:
    assert user.instance is not None
    update_instance(user.instance, country=country)
    return signed_in(user).post(PREVIEW, {"number": number}, content_type="application/json")


def test_a_number_is_shown_canonical_readable_and_with_its_flow(
    max_: User, demo_instance: Instance
) -> None:
    with instance_scope(demo_instance):
        flow = create_shipped_flow(demo_instance, "demo_inbound")
        number = claim_number(instance=demo_instance, e164="+12065550100", flow=flow)
        claim_number(instance=demo_instance, e164="+12065550101", description="Spare")

    page = signed_in(max_).get(f"{DEMO}/phone-numbers").json()

    assert page["results"][0] == {
        "id": str(number.public_id),
        "e164": "+12065550100",
        "display": "+1 206-555-0100",
        "description": "",
        "flow": {"id": str(flow.public_id), "name": flow.name},
    }
    assert [row["flow"] for row in page["results"][1:]] == [None]


def test_the_list_costs_the_same_however_long_it_is(
    max_: User, demo_instance: Instance, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(max_)
    client.get(f"{DEMO}/phone-numbers")
    with instance_scope(demo_instance):
        flow = create_shipped_flow(demo_instance, "demo_inbound")
        for n in range(4):
            claim_number(instance=demo_instance, e164=f"+1206555010{n}", flow=flow)

    with django_assert_num_queries(4):
        assert len(client.get(f"{DEMO}/phone-numbers").json()["results"]) == 4


@pytest.mark.parametrize(
    ("country", "typed", "e164"),
    [
        ("GB", "0044 20 7183 8750", "+442071838750"),
        ("US", "011 44 20 7183 8750", "+442071838750"),
        ("AU", "0011 44 20 7183 8750", "+442071838750"),
        ("US", "(206) 555-0100", "+12065550100"),
    ],
)
def test_the_correction_is_shown_before_dialling_sr_029(
    ana: User, country: str, typed: str, e164: str
) -> None:
    """With the country code and a leading + (SR-028)."""
    answer = ask(ana, typed, country=country)

    body = answer.json()
    assert body["e164"] == e164
    assert body["display"].startswith("+")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("+1234567890123456", "TOO_LONG"),
        ("", "NOT_A_NUMBER"),
        ("0044 20 7183 8750", "WRONG_PREFIX"),
        ("1-800-FLOWERS", "LETTERS"),
        ("911", "EMERGENCY"),
    ],
)
def test_what_cannot_be_dialled_is_refused_with_its_reason_sr_027(
    ana: User, typed: str, code: str
) -> None:
    """Sixteen digits are one too many (SR-027)."""
    answer = ask(ana, typed)

    check_problem(answer, status=400, code=code)
    assert list(answer.json()["errors"]) == ["number"]


@pytest.mark.parametrize("body", ["[]", "null", "{}", '{"number": null}', '{"number": "1\\u0000"}'])
def test_a_body_without_a_number_is_refused(ana: User, body: str) -> None:
    answer = signed_in(ana).post(PREVIEW, body, content_type="application/json")

    check_problem(answer, status=400, code="INVALID_INPUT")


def test_junk_never_ends_in_a_server_error(ana: User) -> None:
    client = signed_in(ana)

    @settings(suppress_health_check=list(HealthCheck), max_examples=60)
    @given(bodies("number"))
    def throw(body: bytes) -> None:
        assert client.post(PREVIEW, body, content_type="application/json").status_code < 500

    throw()


def test_the_preview_is_for_everybody_who_is_signed_in(
    client: Client, demo_instance: Instance
) -> None:
    body = {"number": "+12065550100"}

    nobody = client.post(PREVIEW, body, content_type="application/json")
    bare = signed_in(user_with(demo_instance, "bare")).post(
        PREVIEW, body, content_type="application/json"
    )

    check_problem(nobody, status=401, code="NOT_SIGNED_IN")
    assert bare.status_code == 200
