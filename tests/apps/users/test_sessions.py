"""The life of a session: rotation, two limits, and its end elsewhere (S-07)."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from apps.core import bus, clock
from apps.instances.services.instances import update_instance
from apps.users.models import SignIn, User, UserSession
from apps.users.services import end_expired_sessions, end_sessions, set_active, set_password
from apps.users.sessions import keep_alive
from tests.people import PASSWORD

pytestmark = pytest.mark.db

IDLE = timedelta(seconds=settings.SESSION_IDLE_SECONDS)
ABSOLUTE = timedelta(seconds=settings.SESSION_COOKIE_AGE)
Heard = list[dict[str, Any]]


@pytest.fixture
def signed_in(client: Client, ana: User) -> Client:
    client.post("/demo/login", {"username": "ana", "password": PASSWORD})
    return client


@pytest.fixture
def heard(ana: User) -> Iterator[Heard]:
    messages: Heard = []
    end = bus.subscribe(f"user.{ana.pk}", messages.append)
    yield messages
    end()


def is_open(client: Client) -> bool:
    return client.get("/api/v1/me").status_code == 200


def key_of(client: Client) -> str:
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def test_log_in_gives_a_new_session_key(client: Client, ana: User) -> None:
    """S-07: a key from before log-in opens nothing afterwards."""
    session = client.session
    session["seen"] = "before"
    session.save()
    before = session.session_key

    client.post("/demo/login", {"username": "ana", "password": PASSWORD})

    assert key_of(client) != before
    assert not UserSession.objects.filter(session_key=before).exists()


def test_a_session_knows_its_user(signed_in: Client, ana: User) -> None:
    assert list(ana.sessions.values_list("session_key", flat=True)) == [key_of(signed_in)]


def test_an_unused_session_ends(signed_in: Client) -> None:
    """S-07: the idle limit."""
    with time_machine.travel(clock.now() + IDLE + timedelta(seconds=1), tick=False):
        assert not is_open(signed_in)


def test_use_moves_the_idle_limit_but_not_the_absolute_one(signed_in: Client) -> None:
    """S-07: both limits."""
    start, step = clock.now(), IDLE - timedelta(seconds=5)
    used = step
    while used < ABSOLUTE - timedelta(seconds=5):
        with time_machine.travel(start + used, tick=False):
            assert is_open(signed_in)
        used += step

    with time_machine.travel(start + ABSOLUTE + timedelta(seconds=5), tick=False):
        assert not is_open(signed_in)


def test_a_live_socket_counts_as_use(signed_in: Client) -> None:
    start = clock.now()
    with time_machine.travel(start + IDLE / 2, tick=False):
        assert keep_alive(key_of(signed_in))

    with time_machine.travel(start + IDLE * 1.4, tick=False):
        assert is_open(signed_in)


def test_the_cookie_outlives_the_idle_limit(signed_in: Client) -> None:
    """A panel that talks by socket only is in use, but no answer renews its cookie."""
    cookie = signed_in.cookies[settings.SESSION_COOKIE_NAME]

    assert ABSOLUTE.total_seconds() - 60 < int(cookie["max-age"]) <= ABSOLUTE.total_seconds()


def test_an_ended_session_cannot_be_kept_alive(signed_in: Client, ana: User) -> None:
    key = key_of(signed_in)
    end_sessions(ana)

    assert not keep_alive(key)
    assert not UserSession.objects.filter(session_key=key).exists()


def _end_all(user: User) -> None:
    end_sessions(user)


def _new_password(user: User) -> None:
    set_password(user, password="Another-Horse-8")


def _switch_off(user: User) -> None:
    set_active(user, is_active=False)


@pytest.mark.parametrize("act", [_end_all, _new_password, _switch_off])
@pytest.mark.django_db(transaction=True)
def test_sessions_end_everywhere_at_once_and_sockets_hear_of_it(
    signed_in: Client, ana: User, mia: User, heard: Heard, act: Callable[[User], None]
) -> None:
    """S-07: a new password and switching off end what is open elsewhere."""
    elsewhere, neighbour = Client(), Client()
    elsewhere.post("/demo/login", {"username": "ana", "password": PASSWORD})
    neighbour.post("/demo/login", {"username": "mia", "password": PASSWORD})
    assert is_open(signed_in) and is_open(elsewhere)

    act(ana)

    assert not is_open(signed_in)
    assert not is_open(elsewhere)
    assert is_open(neighbour)
    assert heard == [{"type": "session.ended", "user": ana.pk, "session_key": None, "how": "ENDED"}]


@pytest.mark.django_db(transaction=True)
def test_a_closed_instance_has_nobody_in_it_any_more(
    signed_in: Client, ana: User, otto: User, heard: Heard
) -> None:
    """S-07: switched off, all sessions of its people end; those of others do not."""
    neighbour = Client()
    neighbour.post("/other/login", {"username": "otto", "password": PASSWORD})

    assert ana.instance is not None
    update_instance(ana.instance, is_active=False)

    assert not UserSession.objects.filter(user=ana).exists()
    assert SignIn.objects.get(user=ana).end == "ENDED"
    assert is_open(neighbour)
    assert heard == [{"type": "session.ended", "user": ana.pk, "session_key": None, "how": "ENDED"}]


@pytest.mark.django_db(transaction=True)
def test_signing_out_ends_this_session_only(signed_in: Client, ana: User, heard: Heard) -> None:
    elsewhere = Client()
    elsewhere.post("/demo/login", {"username": "ana", "password": PASSWORD})
    key = key_of(signed_in)

    answer = signed_in.post("/demo/logout")

    assert answer["Location"] == "/demo/login"
    assert not is_open(signed_in)
    assert is_open(elsewhere)
    assert heard == [
        {"type": "session.ended", "user": ana.pk, "session_key": key, "how": "SIGNED_OUT"}
    ]


def test_signing_out_needs_a_post(signed_in: Client) -> None:
    assert signed_in.get("/demo/logout").status_code == 405
    assert is_open(signed_in)


@pytest.mark.django_db(transaction=True)
def test_the_sweep_closes_sockets_of_sessions_past_their_limit(
    signed_in: Client, ana: User, heard: Heard
) -> None:
    """S-07: a socket does not outlive its session."""
    key = key_of(signed_in)
    assert end_expired_sessions() == 0

    with time_machine.travel(clock.now() + IDLE + timedelta(seconds=1), tick=False):
        assert end_expired_sessions() == 1

    assert heard == [
        {"type": "session.ended", "user": ana.pk, "session_key": key, "how": "EXPIRED"}
    ]
    assert not UserSession.objects.exists()


def test_each_sign_in_has_a_beginning_and_an_end_and_says_how(client: Client, ana: User) -> None:
    """What log-in and log-out reports are made of: signed out, expired, ended by another."""
    with time_machine.travel(clock.now(), tick=False) as time:
        for _ in range(3):
            time.shift(60)
            client.post("/demo/login", {"username": "ana", "password": PASSWORD})
            if SignIn.objects.count() == 1:
                client.post("/demo/logout")
            elif SignIn.objects.count() == 2:
                time.shift(IDLE)
                end_expired_sessions()
            else:
                set_password(ana, password="Another-Long-Pass-9")

    rows = list(SignIn.objects.order_by("pk"))
    assert [row.end for row in rows] == ["SIGNED_OUT", "EXPIRED", "ENDED"]
    assert all(row.ended_at is not None and row.ended_at >= row.started_at for row in rows)


def test_a_sign_in_lasts_as_long_as_its_session(signed_in: Client, ana: User) -> None:
    sign_in = SignIn.objects.get()

    assert (sign_in.user, sign_in.ended_at) == (ana, None)
    assert sign_in.session is not None
    assert sign_in.session.session_key == key_of(signed_in)


def test_signing_in_again_ends_the_sign_in_before(signed_in: Client, ana: User) -> None:
    """In one browser Django goes on with the session: nothing of the first time is left open."""
    signed_in.post("/demo/login", {"username": "ana", "password": PASSWORD})

    first, second = SignIn.objects.order_by("pk")
    assert (first.end, second.end, second.ended_at) == ("SIGNED_OUT", "", None)


def test_a_sign_out_by_django_itself_ends_the_sign_in(signed_in: Client, ana: User) -> None:
    """As the admin of the installation signs out."""
    signed_in.logout()

    assert SignIn.objects.get().end == "SIGNED_OUT"
