"""Ask a process elsewhere and wait for its answer; used in one event loop."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from uuid import uuid4

from apps.core import bus
from apps.core.process import PROCESS
from apps.media.errors import MediaError
from apps.voice.errors import MediaUnavailable
from apps.voice.wire import node_topic, reply_topic

PATIENCE_SECONDS = 5.0
AGAIN_SECONDS = 1.0  # the bus may have lost the question, or the answer


async def ask_node(slot: str, *, call: str, leg: str, offer: str) -> str:
    """The SDP answer of the node; raises what the node refuses (MediaError), or MediaUnavailable.

    No answer within five seconds, or no node to ask, is `MediaUnavailable`: ask again later.
    """
    if not slot:
        raise MediaUnavailable
    question = {"kind": "negotiate", "call": call, "leg": leg, "offer": offer}
    answer = await _ask(node_topic(slot), question)
    if answer.get("kind") == "refused":
        raise MediaError(str(answer["code"]), str(answer["message"]))
    return str(answer["sdp"])


async def _ask(topic: str, question: bus.Message) -> bus.Message:
    key, loop = str(uuid4()), asyncio.get_running_loop()
    answered: asyncio.Future[bus.Message] = loop.create_future()
    end = bus.subscribe(reply_topic(PROCESS), _taker(key, answered, loop))
    message = {**question, "id": key, "reply_to": reply_topic(PROCESS)}
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not answered.done():
                await asyncio.to_thread(bus.publish_now, topic, message)
                await asyncio.wait({answered}, timeout=AGAIN_SECONDS)
        return answered.result()
    except TimeoutError:
        raise MediaUnavailable from None
    finally:
        end()


def _taker(
    key: str, answered: asyncio.Future[bus.Message], loop: asyncio.AbstractEventLoop
) -> Callable[[bus.Message], None]:
    def settle(message: bus.Message) -> None:
        if not answered.done():
            answered.set_result(message)

    def take(message: bus.Message) -> None:
        if message.get("id") == key:
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(settle, message)

    return take
