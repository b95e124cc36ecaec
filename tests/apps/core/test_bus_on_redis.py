"""The bus between processes, on a real Redis that is stopped, killed and paused."""

import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import redis

from apps.core.bus import publisher, subscriber
from apps.core.bus.hub import Hub, Message
from apps.core.bus.redis_wire import RedisWire
from tests.data_folder import VARIABLE
from tests.servers import RedisServer, redis_server

pytestmark = pytest.mark.journey

PATIENCE = 60  # seconds; a bound for hangs, never a measure


class Post:
    """One process' end of the bus, and what it has heard."""

    def __init__(self, url: str) -> None:
        self.hub = Hub()
        self.wire = RedisWire(self.hub, url=url)
        self.heard: queue.Queue[Message] = queue.Queue()
        self.resyncs: queue.Queue[None] = queue.Queue()
        self.hub.on_reconnected(lambda: self.resyncs.put(None))

    def listen(self, topic: str) -> None:
        self.hub.subscribe(topic, self.heard.put)

    def hear(self) -> Message:
        return self.heard.get(timeout=PATIENCE)

    def caught_up(self) -> None:
        """Return when the next reconnect has been told."""
        self.resyncs.get(timeout=PATIENCE)


@contextmanager
def post_at(url: str) -> Iterator[Post]:
    post = Post(url)
    post.wire.start()
    try:
        yield post
    finally:
        post.wire.stop()


@pytest.fixture
def post() -> Iterator[Post]:
    with post_at(redis_server().url) as post:
        post.caught_up()
        yield post


@pytest.fixture
def server() -> Iterator[RedisServer]:
    """A Redis of the test's own, to be ill-treated."""
    server = RedisServer()
    server.start()
    yield server
    server.remove()


def until_lost(post: Post) -> None:
    deadline = time.monotonic() + PATIENCE
    while post.wire.is_connected():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_message_reaches_every_process_that_wants_it_the_publishing_one_too(post: Post) -> None:
    with post_at(redis_server().url) as other:
        for each in (post, other):
            each.listen("tea")

        post.wire.send("tea", {"n": 1, "text": "žluťoučký"})

        assert post.hear() == other.hear() == {"n": 1, "text": "žluťoučký"}


@pytest.mark.parametrize(("own", "others"), [(0, (1, 11)), (1, (0, 11))])
def test_installations_with_numbers_of_their_own_do_not_hear_each_other(
    own: int, others: tuple[int, ...]
) -> None:
    server = redis_server().url.removesuffix("/0")
    with post_at(f"{server}/{own}") as ours:
        ours.listen("tea")
        for number in others:
            Post(f"{server}/{number}").wire.send("tea", {"from": number})

        ours.wire.send("tea", {"from": own})

        assert ours.hear() == {"from": own}


def test_messages_come_in_the_order_in_which_one_process_sent_them(post: Post) -> None:
    post.listen("tea")

    for n in range(100):
        post.wire.send("tea", {"n": n})

    assert [post.hear()["n"] for _ in range(100)] == list(range(100))


def test_what_nobody_here_wants_is_dropped_before_it_is_decoded(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.listen("tea")
    decoded: list[bytes] = []

    def decode(data: bytes) -> Message:
        decoded.append(data)
        return {"size": len(decoded)}

    monkeypatch.setattr(subscriber, "decode", decode)

    post.wire.send("cake", {"n": 1})
    post.wire.send("tea", {"n": 2})

    assert post.hear() == {"size": 1}
    assert decoded == [b'{"n": 2}']


@pytest.mark.parametrize("junk", [b"\xff{", b"{", b"[]", b""])
def test_a_message_that_cannot_be_read_is_dropped(post: Post, junk: bytes) -> None:
    post.listen("tea")
    with redis.Redis.from_url(redis_server().url) as stranger:
        stranger.publish("connect:tea", junk)

    post.wire.send("tea", {"n": 1})

    assert post.hear() == {"n": 1}


@pytest.mark.parametrize("way", ["stop", "kill"])
def test_after_a_restart_of_redis_the_process_hears_again_and_catches_up(
    server: RedisServer, way: str
) -> None:
    with post_at(server.url) as post:
        post.caught_up()
        post.listen("tea")
        getattr(server, way)()
        until_lost(post)
        post.wire.send("tea", {"n": 1})  # a hint, lost without a word to the publisher

        server.start()
        post.caught_up()
        post.wire.send("tea", {"n": 2})

        assert post.hear() == {"n": 2}


def test_a_paused_redis_is_noticed_although_the_line_stays_open(server: RedisServer) -> None:
    with post_at(server.url) as post:
        post.caught_up()
        server.pause()
        until_lost(post)

        server.resume()
        post.caught_up()

        assert post.wire.is_connected()


def test_during_an_outage_one_publisher_tries_and_all_others_go_on(
    server: RedisServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody waits for a dead Redis again and again, and it is said once."""
    post = Post(server.url)
    post.wire.send("tea", {"n": 0})
    server.pause()
    tried: list[str] = []
    client = post.wire._publisher._client
    real = client.publish

    def publish(channel: str, data: str) -> int:
        tried.append(channel)
        return int(real(channel, data))

    monkeypatch.setattr(client, "publish", publish)
    monkeypatch.setattr(publisher, "PAUSE", 3600.0)

    for n in range(1000):
        post.wire.send("tea", {"n": n})

    assert len(tried) == 1
    assert [r.levelname for r in caplog.records if r.name == publisher.__name__] == ["WARNING"]
    server.resume()


def test_a_thread_that_publishes_is_free_again_while_redis_stands_still(
    server: RedisServer,
) -> None:
    """It returns during the pause: nothing but its own limit can have let it go."""
    post = Post(server.url)
    server.pause()
    sending = threading.Thread(target=post.wire.send, args=("tea", {"n": 1}), daemon=True)

    sending.start()
    sending.join(PATIENCE)

    assert not sending.is_alive()
    server.resume()


def test_who_publishes_first_after_an_outage_is_heard(server: RedisServer) -> None:
    """The subscriber's reconnect ends the publisher's caution at once."""
    with post_at(server.url) as post:
        post.caught_up()
        post.listen("tea")
        server.kill()
        post.wire.send("tea", {"n": 1})
        server.start()
        post.caught_up()

        post.wire.send("tea", {"n": 2})

        assert post.hear() == {"n": 2}


def test_without_redis_a_process_starts_and_hears_when_it_comes(server: RedisServer) -> None:
    server.stop()
    with post_at(server.url) as post:
        assert not post.wire.is_connected()
        post.listen("tea")

        server.start()
        post.caught_up()
        post.wire.send("tea", {"n": 1})

        assert post.hear() == {"n": 1}


def test_a_house_in_one_process_needs_neither_server_package() -> None:
    """`make run` installs no psycopg and no redis: nothing may import them there."""
    code = (
        "import sys; sys.modules['psycopg'] = sys.modules['redis'] = None\n"
        "import django; django.setup()\n"
        "import connect.asgi, connect.management.commands.serve\n"
        "from apps.core import bus\n"
        "bus.start(); bus.publish_now('tea', {}); assert bus.is_connected(); bus.stop()\n"
        "from django.db import connection; connection.ensure_connection()\n"
    )
    environ = {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PATH": "/usr/bin:/bin",
        VARIABLE: os.environ[VARIABLE],
    }
    done = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
