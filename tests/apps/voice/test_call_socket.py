"""The caller's line through the whole stack."""

import pytest

from apps.contacts.models import Call, Connection, Contact
from apps.core import bus
from apps.core.bus.hub import hub
from apps.instances.models import Instance
from apps.instances.services.instances import update_instance
from apps.voice import node
from tests.apps.sockets import FakeEngine, Socket
from tests.apps.voice.lines import CALL, do, refusal
from tests.journeys.house import House

pytestmark = pytest.mark.db


async def test_a_call_goes_from_started_to_ended(
    house: House, line: Socket, engine: FakeEngine
) -> None:
    await line.say(**CALL)
    started = await line.hear("started")
    customer = await do(house, Connection.objects.get)
    assert started["sdp"] == "answer to v=0"
    assert engine.offers == [(customer.leg, "v=0")]

    await do(house, lambda: house.node.connected(customer))
    ringing = {"type": "state", "state": "ringing", "cause": None, "generation": 1}
    assert await line.hear("state") == ringing
    await line.say(type="hang_up")

    assert await line.hear("state") == {**ringing, "state": "ended", "cause": "hung_up"}
    assert await line.hear("hung_up")
    contact = await do(house, Contact.objects.get)
    assert str(contact.public_id) == started["contact"]
    assert contact.state == "completed"


async def test_one_line_carries_one_call(house: House, line: Socket, engine: FakeEngine) -> None:
    await line.say(**CALL)
    await line.hear("started")

    await line.say(**CALL)
    await line.say(type="ping")
    await line.hear("pong")

    assert await do(house, Call.objects.count) == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"number": "+12065550199"}, "UNKNOWN_NUMBER"),
        ({"number": "twelve"}, "INVALID_INPUT"),
        ({"number": None}, "INVALID_INPUT"),
        ({"from": "me"}, "INVALID_INPUT"),
        ({"attributes": []}, "started"),
        ({"attributes": ["x"]}, "INVALID_INPUT"),
        ({"attributes": {"$bad": "x"}}, "INVALID_INPUT"),
        ({"attributes": {"Long": "x" * 513}}, "INVALID_INPUT"),
        ({"attributes": {"Nul": "a\0b"}}, "INVALID_INPUT"),
        ({"attributes": {"Half": "\ud800"}}, "INVALID_INPUT"),
        ({"attributes": {f"n{n}": "x" for n in range(21)}}, "INVALID_INPUT"),
        ({"attributes": {f"n{n}": "x" * 512 for n in range(15)}}, "started"),
        ({"attributes": {f"n{n}": "\U0001f600" * 512 for n in range(4)}}, "INVALID_INPUT"),
    ],
)
async def test_what_cannot_be_called_is_refused(
    house: House, line: Socket, engine: FakeEngine, change: dict[str, object], code: str
) -> None:
    await line.say(**{**CALL, **change})

    if code == "started":
        assert await line.hear("started")
    else:
        assert await refusal(line) == code
        assert await do(house, Call.objects.count) == 0


async def test_the_call_page_may_be_off(house: House, line: Socket, engine: FakeEngine) -> None:
    def switch_off() -> None:
        update_instance(Instance.objects.get(pk=house.instance.pk), web_call_enabled=False)

    await do(house, switch_off)
    await line.say(**CALL)

    assert await refusal(line) == "CALL_PAGE_OFF"


async def test_a_call_whose_offer_cannot_be_used_is_over_at_once(
    house: House, line: Socket, engine: FakeEngine
) -> None:
    engine.refuses = "no_opus"
    await line.say(**CALL)

    assert await refusal(line) == "BAD_MEDIA_OFFER"
    assert (await do(house, Call.objects.get)).ended_at is not None


async def test_without_a_media_node_a_call_is_over_at_once(
    house: House, line: Socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else it would take one of the lines for ten seconds, to nobody's use."""
    monkeypatch.setattr(node, "_running", [])
    await line.say(**CALL)

    assert await refusal(line) == "MEDIA_UNAVAILABLE"
    assert (await do(house, Call.objects.get)).ended_at is not None


async def test_a_call_outlives_its_line(house: House, engine: FakeEngine) -> None:
    """The audio decides: a socket that breaks does not end a conversation."""
    line = await Socket("/ws/demo/call").open()
    await line.say(**CALL)
    await line.hear("started")

    await line.close()

    assert (await do(house, Call.objects.get)).ended_at is None


async def test_hanging_up_before_calling_changes_nothing(house: House, line: Socket) -> None:
    await line.say(type="hang_up")
    await line.say(type="ping")

    assert await line.hear("pong")


async def test_an_unknown_instance_is_not_there_even_for_the_hasty(
    house: House, engine: FakeEngine
) -> None:
    line = await Socket("/ws/nowhere/call").open()
    await line.say(**CALL)

    assert await line.closed_with() == 4404
    assert await do(house, Call.objects.count) == 0
    await line.close()


async def test_a_caller_who_missed_a_message_is_told_after_a_reconnect(
    house: House, line: Socket, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Decision 7: the state of the caller's page comes from the database when a message is lost."""
    await line.say(**CALL)
    await line.hear("started")
    customer = await do(house, Connection.objects.get)
    send = bus.publish_now
    monkeypatch.setattr(
        bus, "publish_now", lambda to, what: None if to.startswith("customer.") else send(to, what)
    )
    await do(house, lambda: house.node.connected(customer))

    hub.resync()

    ringing = {"type": "state", "state": "ringing", "cause": None, "generation": 1}
    assert await line.hear("state") == ringing
    monkeypatch.undo()
    await line.say(type="hang_up")
    assert (await line.hear("state"))["state"] == "ended"
