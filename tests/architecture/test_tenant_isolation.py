"""Foreign things answer exactly like things that do not exist (S-02, S-03, SR-022)."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from apps.core import clock
from apps.instances.models import Instance
from apps.users.models import User
from tests.architecture.routes import ROUTES, Kind, address, all_routes
from tests.people import user_with

pytestmark = pytest.mark.db

# What the log-in page shows to everybody anyway, and a rule that reads nothing of the instance
# but its home country.
OPEN_TO_ALL_ITS_PEOPLE = {
    "api/v1/instances/<slug:alias>",
    "api/v1/instances/<slug:alias>/phone-numbers/preview",
}
METHODS = ("get", "post", "put", "patch", "delete")
# These differ with the caller's own session, whatever was asked for.
_OWN = {"Content-Length", "Set-Cookie", "Vary", "X-Request-ID"}
_PAGE_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')


def routes_of(*kinds: Kind) -> list[str]:
    return sorted(name for name, route in ROUTES.items() if route.kind in kinds)


def ask(client: Client, method: str, path: str) -> Any:
    return getattr(client, method)(path, content_type="application/json")


def seen(answer: Any, *aliases: str) -> tuple[object, ...]:
    """All that a caller can tell apart, without the alias that the caller wrote."""
    text = _PAGE_TOKEN.sub(b"", answer.content)
    headers = {k: v for k, v in answer.items() if k not in _OWN}
    for alias in aliases:
        text = text.replace(alias.encode(), b"ALIAS")
        headers = {name: value.replace(alias, "ALIAS") for name, value in headers.items()}
    return answer.status_code, text, headers


@pytest.fixture(autouse=True)
def _one_moment() -> Iterator[None]:
    """Two answers of different seconds differ in their dates."""
    with time_machine.travel(clock.now(), tick=False):
        yield


@pytest.fixture
def foreigner(otto: User) -> Client:
    client = Client()
    client.force_login(otto, backend="apps.users.backends.InstanceBackend")
    return client


def test_every_route_is_listed_and_every_entry_is_a_route() -> None:
    assert sorted(all_routes()) == sorted(ROUTES)


def test_a_route_that_names_a_row_says_how_to_make_a_foreign_one() -> None:
    for name, route in ROUTES.items():
        assert "<uuid:" not in name or route.foreign is not None, name
        assert route.kind is not Kind.INSTALLATION or "<" not in name, name


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("route", routes_of(Kind.RESOURCE))
def test_a_resource_of_another_instance_is_like_one_that_does_not_exist_s_02(
    foreigner: Client, demo_instance: Instance, route: str, method: str
) -> None:
    make = ROUTES[route].foreign
    values = make(demo_instance) if make else {}
    nothing = {name: str(uuid4()) for name in values}

    foreign = ask(foreigner, method, address(route, alias="demo", **values))
    unknown = ask(foreigner, method, address(route, alias="nowhere", **nothing))

    assert foreign.status_code == 404
    assert seen(foreign, "demo") == seen(unknown, "nowhere")


def test_a_row_of_another_instance_is_like_one_that_does_not_exist_s_02(
    foreigner: Client, demo_instance: Instance
) -> None:
    """Asked for below the own alias."""
    for route in routes_of(Kind.RESOURCE, Kind.PAGE, Kind.LINK):
        make = ROUTES[route].foreign
        values = make(demo_instance) if make else {}
        for method in METHODS if values else ():
            foreign = ask(foreigner, method, address(route, alias="other", **values))
            nothing = {name: str(uuid4()) for name in values}
            unknown = ask(foreigner, method, address(route, alias="other", **nothing))
            assert foreign.status_code in (404, 405)
            assert seen(foreign, *values.values()) == seen(unknown, *nothing.values())


@pytest.mark.parametrize("route", routes_of(Kind.RESOURCE))
def test_a_resource_answers_its_own_administrator(
    client: Client, ada: User, demo_instance: Instance, route: str
) -> None:
    """Otherwise the sweep above would prove nothing."""
    client.force_login(ada, backend="apps.users.backends.InstanceBackend")
    make = ROUTES[route].foreign
    values = make(demo_instance) if make else {}

    answer = client.get(address(route, alias="demo", **values))

    assert answer.status_code in (200, 405)


@pytest.mark.parametrize("route", routes_of(Kind.RESOURCE))
def test_a_resource_is_not_for_strangers(
    client: Client, demo_instance: Instance, route: str
) -> None:
    make = ROUTES[route].foreign
    values = make(demo_instance) if make else {}

    known = client.get(address(route, alias="demo", **values))
    unknown = client.get(address(route, alias="nowhere", **values))

    assert known.status_code == 401
    assert seen(known, "demo") == seen(unknown, "nowhere")


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("route", routes_of(Kind.PUBLIC_PAGE, Kind.PAGE, Kind.LINK, Kind.ADMIN))
def test_a_page_shows_a_foreigner_what_it_shows_a_stranger(
    client: Client, foreigner: Client, demo_instance: Instance, route: str, method: str
) -> None:
    path = address(route, alias="demo")

    assert seen(ask(foreigner, method, path)) == seen(ask(client, method, path))


def test_a_page_for_the_people_of_an_instance_sends_others_to_the_log_in_sr_015(
    foreigner: Client, demo_instance: Instance
) -> None:
    for route in routes_of(Kind.PAGE, Kind.LINK, Kind.ADMIN):
        answer = foreigner.get(address(route, alias="demo"))

        assert answer.status_code == 302
        assert answer["Location"].startswith("/demo/login?next=/demo/")


@pytest.mark.parametrize("route", sorted(set(routes_of(Kind.RESOURCE)) - OPEN_TO_ALL_ITS_PEOPLE))
def test_a_user_without_profile_is_refused_everywhere_sr_018(
    client: Client, demo_instance: Instance, route: str
) -> None:
    client.force_login(
        user_with(demo_instance, "bare"), backend="apps.users.backends.InstanceBackend"
    )

    make = ROUTES[route].foreign
    values = make(demo_instance) if make else {}

    for method in METHODS:
        answer = ask(client, method, address(route, alias="demo", **values))

        assert (answer.status_code, answer.json()["code"]) == (403, "PERMISSION_MISSING")
