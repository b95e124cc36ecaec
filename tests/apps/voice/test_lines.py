"""Events and questions over a real Redis that may stop, be killed or stand still (R-04)."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from django.conf import LazySettings

from apps.contacts.domain.nodes import Heartbeat
from apps.core import bus
from apps.core.bus.hub import hub
from apps.core.bus.redis_wire import RedisWire
from apps.media.errors import MediaError
from apps.media.events import Event, LegDigit
from apps.voice import asking
from apps.voice.answering import Answers
from apps.voice.courier import EventCourier
from apps.voice.errors import MediaUnavailable, SlotTaken
from apps.voice.event_takers import EventTakers
from apps.voice.redis_line import RedisLine
from apps.voice.services import media_events
from apps.voice.wire import EVENTS_LIST
from tests.servers import RedisServer

pytestmark = pytest.mark.journey

CALL = "0198c5e2-0000-7000-8000-000000000001"
BEAT = Heartbeat(slot="a", boot_id="one", calls=0, capacity=10)


@pytest.fixture
def redis(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[RedisServer]:
    """A Redis of the test's own, and this process connected to it."""
    server = RedisServer(is_durable=True)
    server.start()
    settings.REDIS_URL = server.url
    wire = RedisWire(hub)
    monkeypatch.setattr(bus, "_wire", lambda: wire)
    wire.start()
    yield server
    wire.stop()
    server.remove()


@pytest.fixture
def control(redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Event]]:
    """A control process that only notes what it handled."""
    handled: list[Event] = []

    def handle(event: Event, *, boot_id: str) -> None:
        assert boot_id == "one"
        handled.append(event)

    monkeypatch.setattr(media_events, "handle", handle)
    takers = EventTakers()
    takers.start()
    yield handled
    takers.stop()


def digit(sequence: int) -> LegDigit:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return LegDigit(
        call=CALL, epoch=1, sequence=sequence, occurred_at=at, leg="x.1", digit=str(sequence)
    )


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(120):
        while not is_so():
            await asyncio.sleep(0.02)


def in_order(handled: list[Event]) -> list[int]:
    """The numbers handled, each at its first time: a repetition changes nothing."""
    return list(dict.fromkeys(event.sequence for event in handled))


async def opened_line() -> RedisLine:
    line = RedisLine("one")
    await line.open(BEAT)
    return line


async def test_events_reach_control_in_order_and_are_acknowledged(control: list[Event]) -> None:
    line = await opened_line()
    courier = EventCourier(line.hand_over)

    for number in range(1, 6):
        courier.deliver(digit(number))
    await until(lambda: courier.is_idle)

    assert [event.sequence for event in control] == [1, 2, 3, 4, 5]
    await courier.aclose()
    await line.aclose()


@pytest.mark.parametrize("fault", ["stopped", "killed", "paused"])
async def test_no_event_is_lost_while_redis_is_away_r_04(
    control: list[Event], redis: RedisServer, fault: str
) -> None:
    line = await opened_line()
    courier = EventCourier(line.hand_over)
    leave = {"stopped": redis.stop, "killed": redis.kill, "paused": redis.pause}[fault]
    await asyncio.to_thread(leave)

    for number in range(1, 4):
        courier.deliver(digit(number))
    await asyncio.sleep(0.5)
    assert not courier.is_idle
    await asyncio.to_thread(redis.resume if fault == "paused" else redis.start)
    await until(lambda: courier.is_idle)

    assert in_order(control) == [1, 2, 3]
    await courier.aclose()
    await line.aclose()


async def test_an_event_waits_for_a_control_process_r_04(redis: RedisServer) -> None:
    """Control is away: nothing is given up. What it took and did not handle is sent again."""
    line = await opened_line()
    courier = EventCourier(line.hand_over)
    courier.deliver(digit(1))
    client = bus.redis_client(patience=5.0)
    taken = await asyncio.to_thread(client.blpop, [EVENTS_LIST], 60)  # and then it is killed
    again = await asyncio.to_thread(client.blpop, [EVENTS_LIST], 60)

    assert taken is not None
    assert taken == again
    assert json.loads(taken[1])["event"]["sequence"] == 1
    assert not courier.is_idle
    await courier.aclose()
    await line.aclose()


async def test_an_event_that_fails_is_not_acknowledged_and_comes_again(
    control: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database is away for the first attempts."""
    note, failures = media_events.handle, iter(range(2))

    def handle(event: Event, *, boot_id: str) -> None:
        if next(failures, None) is not None:
            raise OSError("the database is away")
        note(event, boot_id=boot_id)

    monkeypatch.setattr(media_events, "handle", handle)
    line = await opened_line()
    courier = EventCourier(line.hand_over)

    courier.deliver(digit(1))
    courier.deliver(digit(2))
    await until(lambda: courier.is_idle)

    assert [event.sequence for event in control] == [1, 2]
    await courier.aclose()
    await line.aclose()


async def test_a_slot_has_one_process_at_a_time(redis: RedisServer) -> None:
    """A second one waits three seconds, in case the first was killed, and is then refused."""
    first = await opened_line()
    keeping = asyncio.ensure_future(_keep(first))
    second = RedisLine("two")

    with pytest.raises(SlotTaken):
        await second.open(BEAT)

    keeping.cancel()
    await first.aclose()
    await second.open(BEAT)
    with pytest.raises(SlotTaken):  # the first one was only paused, and wakes up
        await first.beat(BEAT)
    await second.aclose()


async def _keep(line: RedisLine) -> None:
    while True:
        await line.beat(BEAT)
        await asyncio.sleep(0.2)


async def test_a_node_goes_on_without_redis_and_keeps_its_slot(redis: RedisServer) -> None:
    line = await opened_line()
    await asyncio.to_thread(redis.kill)
    await line.beat(BEAT)
    await asyncio.to_thread(redis.start)

    await line.beat(BEAT)

    assert line._holder("connect:slot.a") == "one"
    await line.aclose()


class Node:
    """Answers questions on its topic, from the thread of the bus."""

    def __init__(self, **answer: str) -> None:
        self.answer = answer
        self.end = bus.subscribe("media.a", self.take)

    def take(self, message: bus.Message) -> None:
        answer = {**self.answer, "id": message["id"]}
        threading.Thread(target=bus.publish_now, args=(message["reply_to"], answer)).start()


async def test_a_web_process_gets_the_answer_of_the_node(redis: RedisServer) -> None:
    node = Node(sdp="v=0 answer")

    assert await asking.ask_node("a", call=CALL, leg="x.1", offer="v=0") == "v=0 answer"
    node.end()


async def test_a_refusal_keeps_its_code_over_the_bus(redis: RedisServer) -> None:
    node = Node(kind="refused", code="no_opus", message="No.")

    with pytest.raises(MediaError) as refused:
        await asking.ask_node("a", call=CALL, leg="x.1", offer="v=0")
    assert refused.value.code == "no_opus"
    node.end()


async def test_a_lost_answer_is_asked_for_again_and_is_the_same(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another answer would be of another leg than the one that the first was for."""
    monkeypatch.setattr(asking, "AGAIN_SECONDS", 0.1)
    offers: list[str] = []
    sent: list[bus.Message] = []
    publish = bus.publish_now

    async def negotiate(_call: str, _leg: str, offer: str) -> str:
        offers.append(offer)
        return f"answer {len(offers)}"

    def lose_the_first(topic: str, message: bus.Message) -> None:
        if "sdp" in message:
            sent.append(message)
            if len(sent) == 1:
                return
        publish(topic, message)

    monkeypatch.setattr(bus, "publish_now", lose_the_first)
    answers, loop = Answers(negotiate), asyncio.get_running_loop()

    def asked(question: bus.Message) -> None:
        asyncio.run_coroutine_threadsafe(answers.answer(question), loop)

    end = bus.subscribe("media.a", asked)

    assert await asking.ask_node("a", call=CALL, leg="x.1", offer="v=0") == "answer 1"

    end()
    assert offers == ["v=0"]
    assert len(sent) >= 2
    assert all(message == sent[0] for message in sent)


@pytest.mark.parametrize("slot", ["", "nobody"])
async def test_nobody_to_answer_is_told_in_a_sentence(
    redis: RedisServer, slot: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "PATIENCE_SECONDS", 0.2)

    with pytest.raises(MediaUnavailable):
        await asking.ask_node(slot, call=CALL, leg="x.1", offer="v=0")
