"""A socket is closed in a way that every server can do."""

import pytest

from apps.core.consumers import JsonConsumer

pytestmark = pytest.mark.domain


class Sent(list[dict[str, object]]):
    async def take(self, message: dict[str, object]) -> None:
        self.append(message)


@pytest.fixture
def sent() -> Sent:
    return Sent()


@pytest.fixture
def consumer(sent: Sent) -> JsonConsumer:
    consumer = JsonConsumer()
    consumer.base_send = sent.take
    return consumer


@pytest.mark.parametrize("code", [0, 999, 1001, 1003, 1008, 1011, 1013, 2999, 5000])
async def test_a_code_that_servers_refuse_is_a_mistake_at_once(
    consumer: JsonConsumer, sent: Sent, code: int
) -> None:
    """Else it fails on the real server only, in a task that nobody hears, and closes nothing."""
    with pytest.raises(ValueError, match=str(code)):
        await consumer.close(code=code)

    assert not sent
    await consumer.reply({"type": "pong"})
    assert sent


@pytest.mark.parametrize("code", [None, 1000, 3000, 4408, 4999])
async def test_any_other_code_closes(consumer: JsonConsumer, sent: Sent, code: int | None) -> None:
    await consumer.close(code=code)

    assert [message["type"] for message in sent] == ["websocket.close"]
