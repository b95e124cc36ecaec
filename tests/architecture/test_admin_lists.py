"""Lists of both admins: an address asks for what the page offers, and for nothing else (S-04)."""

import pytest
from django.db.models import Model
from django.test import Client

from apps.audit.models import AuditEntry
from apps.instances.models import Instance
from apps.users.models import User
from connect.admin import operator_site
from tests.architecture.admin_pages import page_of, pages
from tests.people import PASSWORD
from tests.rest import signed_in

pytestmark = pytest.mark.db

# the own instance has no list: its form stands there
lists = [model for model in pages() if model is not Instance]
each_list = pytest.mark.parametrize("model", lists, ids=lambda model: model._meta.label)
operator_pages = sorted(operator_site._registry, key=lambda model: model._meta.label)
each_operator_list = pytest.mark.parametrize(
    "model", operator_pages, ids=lambda model: model._meta.label
)
NOT_OFFERED = ("pk__gte=0", "pk__in=99999999999999999999999", "pk__regex=(a%2B)%2B$")
NO_KEYS = ("abc", "-1", "9" * 25, "\u0661")
ODD_DAYS = ("year=0", "year=9999", "year=99999999", "year=1&x=1", "month=2", "year=2026&D__month=x")


@pytest.fixture
def operator(db: None) -> Client:
    return signed_in(User.objects.create_superuser("root", PASSWORD))


def operators_page(model: type[Model]) -> str:
    return f"/admin/{model._meta.app_label}/{model._meta.model_name}/"


def assert_only_what_is_offered(client: Client, page: str) -> None:
    for asked in NOT_OFFERED:
        answer = client.get(f"{page}?{asked}")
        assert (answer.status_code, answer.get("Location")) == (302, f"{page}?e=1"), asked
    for key in NO_KEYS:
        answer = client.post(page, {"action": "delete_selected", "_selected_action": key})
        assert answer.status_code < 500, key


@each_list
def test_a_list_is_asked_by_its_filters_only(ada: User, model: type[Model]) -> None:
    assert_only_what_is_offered(signed_in(ada), page_of(model, alias="demo"))


@each_operator_list
def test_so_is_a_list_of_operators(operator: Client, model: type[Model]) -> None:
    assert_only_what_is_offered(operator, operators_page(model))


@pytest.mark.parametrize("key", NO_KEYS)
def test_what_is_no_row_is_not_chosen(ada: User, key: str) -> None:
    chosen = {"action": "activate", "_selected_action": key}

    assert signed_in(ada).post(page_of(User, alias="demo"), chosen).status_code == 400


@pytest.mark.parametrize("asked", ["password__startswith=a", "sessions__session_key__startswith=a",
                                   "sessions__pk__startswith=a", "username__regex=("])  # fmt: skip
def test_a_list_of_people_answers_nothing_about_hashes_and_sessions(ada: User, asked: str) -> None:
    page = page_of(User, alias="demo")

    assert signed_in(ada).get(f"{page}?{asked}")["Location"] == f"{page}?e=1"


def test_filters_search_order_and_pages_still_narrow(ada: User) -> None:
    """Otherwise the refusals would prove nothing."""
    client, page = signed_in(ada), page_of(User, alias="demo")

    for asked in ("is_active__exact=1", "agent__phone_type__exact=SOFT_PHONE", "q=ada", "o=1.-2",
                  "p=1", "all=", "is_active__exact=1&q=a"):  # fmt: skip
        assert client.get(f"{page}?{asked}").status_code == 200, asked


@pytest.mark.parametrize("asked", ODD_DAYS)
def test_no_day_of_the_calendar_is_too_odd(operator: Client, asked: str) -> None:
    page, query = operators_page(AuditEntry), f"timestamp__{asked}".replace("D__", "timestamp__")

    assert operator.get(f"{page}?{query}").status_code == 302


def test_a_day_is_chosen(operator: Client) -> None:
    query = "timestamp__year=2026&timestamp__month=11&timestamp__day=29"

    assert operator.get(f"{operators_page(AuditEntry)}?{query}").status_code == 200
