"""A caller's page that comes back: after a reload, a broken socket, another network (R-05)."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest
from django.core import signing
from django.db import OperationalError

from apps.contacts.models import Call, Connection, Contact
from apps.contacts.services import ending
from apps.contacts.services.rows import tell_customer_line
from apps.core import clock, pool
from apps.core.clock import iso
from apps.core.unit_of_work import unit_of_work
from apps.instances.services.instances import create_instance, update_instance
from apps.voice.services import callers
from tests.apps.sockets import FakeEngine, Json, Socket
from tests.apps.voice.lines import CALL, do, refusal
from tests.journeys.house import House

pytestmark = pytest.mark.db

Opener = Callable[..., Awaitable[Socket]]


@pytest.fixture
async def another(house: House) -> AsyncIterator[Opener]:
    """Opens further lines, which are closed afterwards."""
    lines: list[Socket] = []

    async def open_line(path: str = "/ws/demo/call") -> Socket:
        lines.append(await Socket(path).open())
        return lines[-1]

    yield open_line
    for line in lines:
        await line.close()


async def begin(line: Socket) -> str:
    """Call; the token that brings a page back."""
    await line.say(**CALL)
    return str((await line.hear("started"))["resume"])


async def resume(line: Socket, token: str) -> Json:
    await line.say(type="resume", token=token)
    return await line.hear("resumed")


async def offer(line: Socket, generation: int) -> Json:
    await line.say(type="offer", generation=generation, sdp="v=1")
    return await line.hear("answer", "stale", "problem")


async def test_a_page_that_comes_back_is_on_its_call_and_brings_a_new_line_r_05(
    house: House, line: Socket, another: Opener, engine: FakeEngine
) -> None:
    token = await begin(line)
    customer = await do(house, Connection.objects.get)
    await do(house, lambda: house.node.connected(customer))
    await line.close()
    await do(house, lambda: house.node.lost(customer, cause="closed"))
    again = await another()

    resumed = await resume(again, token)
    stale = await offer(again, resumed["generation"])
    answer = await offer(again, stale["generation"])

    contact = await do(house, lambda: str(customer.contact.public_id))
    facts = {"contact": contact, "state": "ringing", "generation": 1, "needs_media": True}
    assert resumed == {"type": "resumed", "now": iso(clock.now()), **facts}
    assert stale == {"type": "stale", "generation": 2}
    assert answer == {"type": "answer", "generation": 2, "sdp": "answer to v=1"}
    assert engine.offers[-1] == (f"{customer.public_id}.2", "v=1")


@pytest.mark.parametrize(
    ("moment", "state"), [("in_flow", "ringing"), ("talking", "connected"), ("hold", "hold")]
)
async def test_a_page_that_comes_back_is_told_how_its_call_stands(
    house: House, line: Socket, engine: FakeEngine, moment: str, state: str
) -> None:
    def reach() -> str:
        ana = house.agent("ana")
        house.available(ana)
        customer = house.reach(moment, ana)
        return signing.dumps(str(customer.public_id), salt=callers.RESUME)

    resumed = await resume(line, await do(house, reach))

    assert resumed["state"] == state
    assert not resumed["needs_media"]


async def test_a_resumed_line_hears_what_happens_and_hangs_up(
    house: House, line: Socket, another: Opener, engine: FakeEngine
) -> None:
    token = await begin(line)
    again = await another()
    await resume(again, token)

    customer = await do(house, Connection.objects.get)
    await do(house, lambda: house.node.connected(customer))
    assert (await again.hear("state"))["state"] == "ringing"
    await again.say(type="hang_up")

    assert await again.hear("hung_up") == {"type": "hung_up"}
    assert (await do(house, Call.objects.get)).ended_at is not None


async def test_a_page_that_came_back_at_the_second_try_hears_everything_once(
    house: House, line: Socket, another: Opener, monkeypatch: pytest.MonkeyPatch, engine: FakeEngine
) -> None:
    """R-04: the database went away between the two looks at the call."""
    token = await begin(line)
    look, looks = callers.resume_call, iter([False, True, False, False])

    def resume_call(**facts: object) -> object:
        if next(looks):
            raise OperationalError("server closed the connection")
        return look(**facts)  # type: ignore[arg-type]

    monkeypatch.setattr(callers, "resume_call", resume_call)
    again = await another()
    await again.say(type="resume", token=token)
    assert (await again.hear("problem"))["code"] == "UNAVAILABLE"
    await resume(again, token)

    customer = await do(house, Connection.objects.get)
    await do(house, lambda: house.node.connected(customer))

    assert (await again.hear("state"))["state"] == "ringing"
    await again.say(type="ping")
    assert await again.hear("state", "pong") == {"type": "pong"}


async def test_a_hang_up_that_is_repeated_is_answered_again(
    house: House, line: Socket, engine: FakeEngine
) -> None:
    await begin(line)

    for _ in range(2):
        await line.say(type="hang_up")
        assert await line.hear("hung_up")


async def test_coming_back_takes_no_further_line_of_the_limits(
    house: House, line: Socket, another: Opener, engine: FakeEngine
) -> None:
    token = await begin(line)
    await do(
        house,
        lambda: update_instance(house.instance, web_call_limit=1, web_call_limit_per_address=1),
    )

    for _ in range(3):
        assert (await resume(await another(), token))["type"] == "resumed"

    assert await do(house, Call.objects.count) == 1


@pytest.mark.parametrize("token", ["", "x", None, 7, "W10:1vNBxx:AAAA", "a" * 100_000])
async def test_what_is_no_token_is_refused_like_the_token_of_a_call_that_is_over(
    house: House, line: Socket, engine: FakeEngine, token: object
) -> None:
    await line.say(type="resume", token=token)

    assert await refusal(line) == "CALL_OVER"


async def test_a_token_is_worth_nothing_after_the_call(
    house: House, line: Socket, another: Opener, engine: FakeEngine
) -> None:
    token = await begin(line)
    await line.say(type="hang_up")
    await line.hear("hung_up")

    again = await another()
    await again.say(type="resume", token=token)

    assert await refusal(again) == "CALL_OVER"


async def test_a_token_is_worth_nothing_at_another_instance(
    house: House, line: Socket, another: Opener, engine: FakeEngine
) -> None:
    token = await begin(line)
    other = await pool.run(lambda: create_instance(alias="other", name="Other"))
    await pool.run(lambda: update_instance(other, web_call_enabled=True))

    stranger = await another("/ws/other/call")
    await stranger.say(type="resume", token=token)

    assert await refusal(stranger) == "CALL_OVER"


async def test_a_token_of_another_purpose_or_party_is_none(
    house: House, line: Socket, another: Opener, engine: FakeEngine
) -> None:
    """Neither a signature of ours for something else nor an agent's connection opens a call."""

    def forge() -> tuple[str, str]:
        ana = house.agent("ana")
        house.available(ana)
        customer = house.reach("talking", ana)
        agents = str(house.line(ana).public_id)
        return (
            signing.dumps(str(customer.public_id), salt="something.else"),
            signing.dumps(agents, salt=callers.RESUME),
        )

    for token in await do(house, forge):
        again = await another()
        await again.say(type="resume", token=token)
        assert await refusal(again) == "CALL_OVER"


async def test_a_token_ends_with_its_time(
    house: House, line: Socket, another: Opener, engine: FakeEngine
) -> None:
    token = await begin(line)
    house.time.shift(callers.RESUME_WITHIN + timedelta(seconds=1))

    again = await another()
    await again.say(type="resume", token=token)

    assert await refusal(again) == "CALL_OVER"


async def test_of_two_pages_the_one_that_offered_last_has_the_call(
    house: House, line: Socket, another: Opener, engine: FakeEngine
) -> None:
    """A duplicated tab: the older page is told and does not fight for the line."""
    token = await begin(line)
    duplicate = await another()
    await resume(duplicate, token)

    assert (await offer(duplicate, 1))["type"] == "stale"

    assert await line.hear("taken") == {"type": "taken"}
    assert await line.closed_with() == 4000
    assert (await offer(duplicate, 2))["type"] == "answer"
    await duplicate.say(type="ping")
    assert await duplicate.hear("pong", "taken") == {"type": "pong"}


async def test_resuming_alone_takes_the_call_from_nobody(
    house: House, line: Socket, another: Opener, engine: FakeEngine
) -> None:
    token = await begin(line)
    await resume(await another(), token)

    await line.say(type="ping")

    assert await line.hear("pong", "taken") == {"type": "pong"}


async def test_a_line_that_the_server_moves_is_announced_with_its_generation(
    house: House, line: Socket, engine: FakeEngine
) -> None:
    await begin(line)

    def move() -> None:
        with unit_of_work():
            customer = Connection.objects.select_related("contact").get()
            customer.generation, customer.is_negotiated = 2, False
            customer.save()
            tell_customer_line(customer)

    await do(house, move)

    state = await line.hear("state")
    assert (state["state"], state["generation"]) == ("connecting", 2)
    assert (await offer(line, 1)) == {"type": "stale", "generation": 2}
    assert (await offer(line, 2))["type"] == "answer"


@pytest.mark.parametrize("generation", [None, "1", 1.5])
async def test_an_offer_without_a_generation_is_refused_and_the_call_goes_on(
    house: House, line: Socket, engine: FakeEngine, generation: object
) -> None:
    await begin(line)

    await line.say(type="offer", generation=generation, sdp="v=1")

    problem = await line.hear("problem")
    assert (problem["about"], problem["code"]) == ("offer", "INVALID_INPUT")
    assert (await do(house, Call.objects.get)).ended_at is None


async def test_a_later_offer_that_cannot_be_used_does_not_end_the_call(
    house: House, line: Socket, engine: FakeEngine
) -> None:
    await begin(line)
    await offer(line, 1)
    engine.refuses = "no_opus"

    assert (await offer(line, 2))["code"] == "BAD_MEDIA_OFFER"

    assert (await do(house, Call.objects.get)).ended_at is None


async def test_an_offer_for_a_call_that_is_over_says_so(
    house: House, line: Socket, engine: FakeEngine
) -> None:
    await begin(line)
    await line.say(type="hang_up")

    assert (await offer(line, 1))["code"] == "CALL_OVER"


async def test_a_hang_up_heard_late_counts_from_when_it_was_said_r_04(
    house: House, line: Socket, engine: FakeEngine
) -> None:
    await line.say(**CALL)
    await line.hear("started")
    house.time.shift(60)

    said_at = clock.now() - timedelta(seconds=12.5)
    await line.say(type="hang_up", said_at=iso(said_at))

    await line.hear("hung_up")
    assert (await do(house, Contact.objects.get)).disconnected_at == said_at


async def test_a_page_learns_the_servers_clock_with_its_call(
    house: House, line: Socket, another: Opener, engine: FakeEngine
) -> None:
    """What it says of times is by that clock."""
    await line.say(**CALL)
    started = await line.hear("started")
    again = await another()
    await again.say(type="resume", token=started["resume"])

    assert started["now"] == (await again.hear("resumed"))["now"] == iso(clock.now())


@pytest.mark.parametrize("said", [-1, True, "yesterday", [], "2026-11-28T12:00:00", ""])
async def test_a_hang_up_said_at_no_time_is_a_problem_and_the_call_stands(
    house: House, line: Socket, engine: FakeEngine, said: object
) -> None:
    await line.say(**CALL)
    await line.hear("started")

    await line.say(type="hang_up", said_at=said)

    assert (await line.hear("problem"))["code"] == "INVALID_INPUT"
    assert not (await do(house, Contact.objects.get)).disconnected_at


@pytest.mark.parametrize("kind", ["hang_up", "offer"])
async def test_without_the_database_the_line_stays_and_says_so_r_04(
    house: House,
    line: Socket,
    engine: FakeEngine,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    kind: str,
) -> None:
    """R-04: the page is answered and asks again; the log gets a line, not a trace."""
    await begin(line)

    def away(*args: object, **kwargs: object) -> None:
        raise OperationalError("server closed the connection")

    with monkeypatch.context() as patch:
        patch.setattr(ending, "hang_up", away)
        patch.setattr(callers, "caller_leg", away)
        await line.say(type=kind, generation=1, sdp="v=1")
        problem = await line.hear("problem")

    assert (problem["about"], problem["code"]) == (kind, "UNAVAILABLE")
    assert "database" in caplog.text
    assert "Traceback" not in caplog.text
    await line.say(type=kind, generation=1, sdp="v=1")
    assert await line.hear("hung_up", "stale")
