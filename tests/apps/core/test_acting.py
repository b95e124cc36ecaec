"""Who acts is known wherever something is written, and nowhere afterwards."""

from unittest.mock import Mock

import pytest
from django.contrib.auth.models import AnonymousUser
from structlog.contextvars import get_contextvars

from apps.core import pool
from apps.core.acting import Actor, Door, acting, actor

pytestmark = pytest.mark.db


def test_without_an_edge_the_installation_acts() -> None:
    assert (actor().door, actor().user, actor().name) == (Door.SYSTEM, None, "")


def test_who_acts_inside_is_forgotten_outside_even_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), acting(Actor(Door.JOB, name="a.job")):
        assert actor().name == "a.job"
        raise ZeroDivisionError

    assert actor().name == ""


def test_the_user_is_looked_up_when_asked_for() -> None:
    """Whoever signs in during a request is known only then."""
    request = Mock(user=AnonymousUser())
    ana = Mock(is_authenticated=True)

    with acting(Actor(Door.PAGE, find_user=lambda: request.user)):
        before = actor().user
        request.user = ana

        assert (before, actor().user) == (None, ana)


def test_log_lines_carry_the_id_of_the_request_a_05() -> None:
    with acting(Actor(Door.REST, request_id="abc-12345")):
        inside = get_contextvars().get("request_id")

    assert (inside, get_contextvars().get("request_id")) == ("abc-12345", None)


async def test_a_service_called_from_the_loop_knows_who_acts(db: None) -> None:
    with acting(Actor(Door.SOCKET, request_id="abc-12345")):
        found = await pool.run(lambda: (actor().door, get_contextvars()["request_id"]))

    assert found == (Door.SOCKET, "abc-12345")
