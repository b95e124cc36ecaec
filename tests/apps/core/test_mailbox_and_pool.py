"""A socket's inbox, and the pool of threads that services run in."""

import asyncio
import contextvars
import threading

import pytest

from apps.core import bus, pool
from apps.core.bus import Mailbox
from apps.instances.models import Instance
from tests.journeys.conftest import db

__all__ = ["db"]

pytestmark = pytest.mark.db

word: contextvars.ContextVar[str] = contextvars.ContextVar("word")


def say(count: int) -> None:
    for n in range(count):
        bus.publish("tea", {"n": n})


async def test_a_full_mailbox_drops_the_oldest(db: None) -> None:
    """Every message on a live page is whole, so the newest is the one that counts."""
    box = Mailbox("tea", size=3)
    await pool.run(say, 5)
    box.close()

    assert [(await box.get())["n"] for _ in range(3)] == [2, 3, 4]


async def test_a_closed_mailbox_takes_nothing(db: None) -> None:
    box = Mailbox("tea", "cake")
    box.close()
    await pool.run(say, 1)
    await pool.run(say, 0)

    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(box.get(), 0.01)


async def test_a_mailbox_reads_several_topics_in_order(db: None) -> None:
    box = Mailbox("tea", "cake")

    def serve() -> None:
        for topic in ("tea", "cake", "tea"):
            bus.publish(topic, {"topic": topic})

    await pool.run(serve)
    box.close()

    assert [(await box.get())["topic"] for _ in range(3)] == ["tea", "cake", "tea"]


async def test_services_run_in_eight_threads_of_our_own(db: None) -> None:
    together = threading.Barrier(8)

    def meet() -> str:
        together.wait(30)
        return threading.current_thread().name

    names = await asyncio.gather(*(pool.run(meet) for _ in range(8)))

    assert len(set(names)) == 8
    assert all(name.startswith("service") for name in names)


async def test_a_service_sees_the_callers_context_and_keeps_its_own(db: None) -> None:
    word.set("hello")

    def read_and_change() -> str:
        seen = word.get()
        word.set("changed")
        return seen

    assert await pool.run(read_and_change) == "hello"
    assert word.get() == "hello"


async def test_an_error_of_a_service_reaches_the_caller_and_the_thread_goes_on(db: None) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await pool.run(fail)

    assert await pool.run(Instance.objects.count) == 0
