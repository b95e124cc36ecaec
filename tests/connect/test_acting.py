"""Each door says who acts, and gives the work an id (A-01, A-05)."""

import json
import logging
from typing import Any

import pytest
from celery import shared_task
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import resolve
from structlog.contextvars import get_contextvars

from apps.audit.models import AuditEntry
from apps.core.acting import Actor, Door, acting, actor
from apps.users.models import User
from connect.commands import acting_as_command
from connect.middleware import ActingMiddleware, door_of
from tests.rest import DEMO, signed_in

pytestmark = pytest.mark.db


@shared_task(name="tests.who_acts")
def who_acts() -> tuple[str, str, str]:
    return actor().door, actor().name, actor().request_id


def seen_inside(path: str, **headers: str) -> tuple[Actor, HttpResponse, dict[str, Any]]:
    """Who acts while a view runs, the answer, and what a log line would carry."""
    found: list[Any] = []

    def view(request: HttpRequest) -> HttpResponse:
        middleware.process_view(request, view, (), resolve(path).kwargs)
        found.extend([actor(), get_contextvars()])
        return HttpResponse()

    middleware = ActingMiddleware(view)
    answer = middleware(RequestFactory(headers=headers).get(path, REMOTE_ADDR="192.0.2.7"))
    return found[0], answer, found[1]


@pytest.mark.parametrize(
    ("path", "door"),
    [
        ("/", Door.PAGE),
        ("/health", Door.PAGE),
        ("/admin/", Door.ADMIN),
        ("/demo/admin/routing/queue/", Door.ADMIN),
        ("/demo/contacts", Door.PAGE),
        ("/api/v1/me", Door.REST),
        ("/api/admin/", Door.REST),
    ],
)
def test_the_door_follows_from_the_path(path: str, door: Door) -> None:
    assert door_of(path) is door


def test_a_request_says_where_it_came_from_and_has_an_id_a_05() -> None:
    who, answer, in_log = seen_inside("/demo/contacts")

    assert (who.door, who.address) == (Door.PAGE, "192.0.2.7")
    assert answer["X-Request-ID"] == who.request_id == in_log["request_id"]
    assert in_log["instance"] == "demo"
    assert get_contextvars() == {}


def test_the_id_of_a_proxy_in_front_is_kept_a_05() -> None:
    who, answer, _ = seen_inside("/", **{"X-Request-ID": "edge-1234-abcd"})

    assert answer["X-Request-ID"] == who.request_id == "edge-1234-abcd"


@pytest.mark.parametrize("forged", ["short", "a" * 65, 'x" injected=1', "line\u2028break", ""])
def test_an_id_that_is_none_is_replaced(forged: str) -> None:
    _, answer, _ = seen_inside("/", **{"X-Request-ID": forged})

    assert len(answer["X-Request-ID"]) == 36


def test_what_a_client_says_of_its_address_is_not_believed() -> None:
    who, _, _ = seen_inside("/", **{"X-Forwarded-For": "203.0.113.9"})

    assert who.address == "192.0.2.7"


def test_a_change_by_rest_is_told_with_the_request_of_the_answer_a_01(ada: User) -> None:
    answer = signed_in(ada).patch(
        "/api/v1/me/preferences", {"theme": "dark"}, content_type="application/json"
    )

    entry = AuditEntry.objects.latest("pk")
    assert (entry.door, entry.actor, entry.remote_addr) == ("rest", ada, "127.0.0.1")
    assert entry.cid == answer["X-Request-ID"]


def test_a_stranger_gets_an_id_too_a_05(client: Client, db: None) -> None:
    assert client.get(f"{DEMO}/queues")["X-Request-ID"]


def test_a_command_is_told_with_the_account_on_the_server_a_01(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LOGNAME", "root")

    with acting_as_command(["manage.py", "seed"]):
        assert (actor().door, actor().name) == (Door.COMMAND, "root: seed")


def test_a_job_is_told_by_its_name_a_01() -> None:
    door, name, request_id = who_acts.delay().get()

    assert (door, name) == (Door.JOB, "tests.who_acts")
    assert request_id
    assert actor().door is Door.SYSTEM


def test_a_log_line_is_found_by_the_id_of_its_request_a_05() -> None:
    formatter = logging.getLogger().handlers[0].formatter
    assert formatter is not None

    with acting(Actor(Door.REST, request_id="edge-1234-abcd")):
        line = formatter.format(logging.LogRecord("a", 20, __file__, 1, "made", None, None))

    assert json.loads(line)["request_id"] == "edge-1234-abcd"
