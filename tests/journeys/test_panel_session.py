"""An open panel keeps its session alive, and closes when the session has ended (S-07)."""

from datetime import datetime, timedelta

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings

from apps.ccp import consumers
from apps.ccp.consumers import KEPT_EVERY, PanelConsumer
from apps.core import clock
from apps.core.close_codes import SESSION_ENDED
from apps.users.models import User, UserSession
from apps.users.sessions import SessionStore
from tests.journeys.house import House

pytestmark = pytest.mark.journey

PATIENCE = 30  # seconds for an answer; only a broken test waits so long
SECOND = timedelta(seconds=1)


class Watch:
    """A clock that goes only when it is told to."""

    def __init__(self) -> None:
        self.time = clock.now()

    def now(self) -> datetime:
        return self.time

    def forward(self, step: timedelta) -> None:
        self.time += step


class Tab:
    """A panel's socket, as the page sees it."""

    def __init__(self, user: User, session: SessionStore) -> None:
        self.socket = WebsocketCommunicator(PanelConsumer.as_asgi(), "/ws/demo/ccp")
        self.socket.scope |= {
            "user": user,
            "session": session,
            "url_route": {"kwargs": {"alias": "demo"}},
        }

    async def open(self) -> None:
        connected, _protocol = await self.socket.connect(timeout=PATIENCE)
        assert connected

    async def ping(self) -> dict[str, object]:
        """What comes back: the pong, or the close."""
        await self.socket.send_to(text_data='{"type": "ping"}')
        answer: dict[str, object] = await self.socket.receive_output(timeout=PATIENCE)
        return answer

    async def close(self) -> None:
        await self.socket.disconnect(timeout=PATIENCE)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    watch = Watch()
    monkeypatch.setattr(clock, "now", watch.now)
    return watch


@pytest.fixture
def session(house: House, watch: Watch) -> SessionStore:
    """Ana's, begun just now."""
    store = SessionStore()
    store["_auth_user_id"] = str(house.agent("ana").user.pk)
    store.start()
    store.create()
    return store


@pytest.fixture
def tab(house: House, session: SessionStore) -> Tab:
    return Tab(house.agent("ana").user, session)


@sync_to_async
def ends_at(session: SessionStore) -> datetime:
    return UserSession.objects.get(session_key=session.session_key).expire_date


@sync_to_async
def end(session: SessionStore) -> None:
    """Without the announcement: another process may have ended it."""
    UserSession.objects.filter(session_key=session.session_key).delete()


async def test_a_page_that_only_pings_moves_the_idle_limit(
    tab: Tab, session: SessionStore, watch: Watch
) -> None:
    await tab.open()
    watch.forward(KEPT_EVERY + SECOND)

    answer = await tab.ping()

    assert answer["text"] == '{"type": "pong"}'
    assert await ends_at(session) == watch.time + timedelta(seconds=settings.SESSION_IDLE_SECONDS)
    await tab.close()


async def test_the_session_is_noted_once_a_minute_not_with_each_message(
    tab: Tab, session: SessionStore, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted: list[str] = []

    def noting(key: str) -> bool:
        noted.append(key)
        return True

    monkeypatch.setattr(consumers, "keep_alive", noting)
    await tab.open()

    for _ in range(36):  # three minutes of pings
        watch.forward(5 * SECOND)
        await tab.ping()

    assert noted == [session.session_key] * 3
    await tab.close()


async def test_a_page_whose_session_has_ended_is_closed_within_a_minute(
    tab: Tab, session: SessionStore, watch: Watch
) -> None:
    await tab.open()
    await end(session)

    watch.forward(KEPT_EVERY)
    answer = await tab.ping()

    assert (answer["type"], answer["code"]) == ("websocket.close", SESSION_ENDED)
    await tab.close()


async def test_pings_do_not_move_the_absolute_limit(
    tab: Tab, session: SessionStore, watch: Watch
) -> None:
    started = watch.time
    await tab.open()
    watch.forward(timedelta(seconds=settings.SESSION_COOKIE_AGE) - KEPT_EVERY)
    session_ends = started + timedelta(seconds=settings.SESSION_COOKIE_AGE)

    await tab.ping()

    assert await ends_at(session) == session_ends
    await tab.close()
