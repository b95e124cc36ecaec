"""The admin of an instance: its people see its rows only, and only with the right (S-02, S-03)."""

import re

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern

from apps.instances.models import Instance
from apps.users.models import User
from connect.admin import instance_site
from tests.architecture.admin_pages import ROWS, page_of, pages, row_of
from tests.people import user_with
from tests.rest import signed_in

pytestmark = pytest.mark.db

each_page = pytest.mark.parametrize("model", pages(), ids=lambda model: model._meta.label)
NOBODYS = 999_999_999
_PAGE_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')


def answers_for(client: Client, model: type[Model], pk: object) -> list[object]:
    """What all pages of the row say, without the number that was asked for."""
    seen: list[object] = []
    for pattern in _row_patterns(model):
        path = page_of(model, alias="demo") + pattern.replace("<path:object_id>", str(pk))
        for answer in (client.get(path), client.post(path, {"post": "yes"})):
            said = f"{answer.get('Location')} {_PAGE_TOKEN.sub('', answer.content.decode())}"
            said = said.replace(f"/{pk}/", "/PK/").replace(f"“{pk}”", "“PK”")
            seen.append((answer.status_code, said))
    return seen


def _row_patterns(model: type[Model]) -> list[str]:
    urls = instance_site._registry[model].get_urls()
    routes = [str(each.pattern) for each in urls if isinstance(each, URLPattern)]
    return [route for route in routes if "<path:object_id>" in route]


def test_every_page_names_a_row_and_every_entry_is_a_page() -> None:
    assert set(pages()) == set(ROWS)


@each_page
def test_a_row_of_another_instance_is_like_one_that_does_not_exist_s_02(
    ada: User, other_instance: Instance, model: type[Model]
) -> None:
    client, foreign = signed_in(ada), row_of(model, other_instance)

    assert answers_for(client, model, foreign.pk) == answers_for(client, model, NOBODYS)


@each_page
def test_a_list_shows_only_rows_of_its_instance_s_02(
    ada: User, other_instance: Instance, model: type[Model]
) -> None:
    foreign = row_of(model, other_instance)

    text = signed_in(ada).get(page_of(model, alias="demo")).content.decode()

    assert f"/{foreign.pk}/change/" not in text


@each_page
def test_an_administrator_opens_list_row_and_form(
    ada: User, demo_instance: Instance, model: type[Model]
) -> None:
    """Otherwise the sweeps would prove nothing."""
    client, row = signed_in(ada), row_of(model, demo_instance)
    page = page_of(model, alias="demo")

    assert client.get(page).status_code == 200
    assert client.get(f"{page}{row.pk}/change/").status_code == 200
    assert client.get(f"{page}add/").status_code in (200, 403)


@each_page
def test_without_a_right_no_page_opens_sr_018(demo_instance: Instance, model: type[Model]) -> None:
    client, row = signed_in(user_with(demo_instance, "bare")), row_of(model, demo_instance)
    page = page_of(model, alias="demo")

    for path in (page, f"{page}{row.pk}/change/", f"{page}add/"):
        assert client.get(path).status_code == 403
        assert client.post(path).status_code == 403


def test_the_admin_of_an_instance_has_no_page_of_another_kind() -> None:
    """What is no page of a model is listed here, so that a new one is looked at."""
    names = {each.name for each in instance_site.get_urls() if isinstance(each, URLPattern)}

    assert names == {"index", "jsi18n", "app_list"}
