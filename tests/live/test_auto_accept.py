"""Who wants no button: a call connects while the agent's robot says nothing at all."""

import asyncio
import sqlite3
from collections.abc import Iterator

import pytest

from apps.robots.session import Site
from tests.live.server import PASSWORD, LiveServer
from tests.live.talkers import at_desk, calling

pytestmark = pytest.mark.browser

NUMBER = "+12065550100"
GENEROUS = 120  # seconds
AUTO_ACCEPT = """
from apps.agents.models import Agent
from apps.agents.services.settings import PhoneSettings, set_phone_settings
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
with instance_scope(Instance.objects.get(alias="demo")):
    bob = Agent.objects.get(user__username="bob")
    set_phone_settings(bob, PhoneSettings(auto_accept={wish}))
"""


@pytest.fixture
def automatic(server: LiveServer) -> Iterator[LiveServer]:
    """Bob, of the demo, has auto-accept."""
    for wish in (True, False):
        done = server.run("shell", "-c", AUTO_ACCEPT.format(wish=wish))
        assert done.returncode == 0, done.stderr
        if wish:
            yield server


def test_a_call_connects_without_any_command_of_the_agent_sr_112(automatic: LiveServer) -> None:
    contact = asyncio.run(_talk(Site(automatic.url, "demo")))

    kinds = [kind for kind, _, _ in _history(automatic, contact)]
    steps = ["enqueued", "offered", "accepted", "connected_to_agent", "ended"]
    assert [kind for kind in kinds if kind in steps] == steps
    assert "missed" not in kinds
    (accepted,) = (each for each in _history(automatic, contact) if each[0] == "accepted")
    assert accepted[1] is None
    assert '"automatically": true' in accepted[2]


async def _talk(at: Site) -> str:
    """Until each hears the other, greeting and whispers between; the agent ends, and clears."""
    async with (
        asyncio.timeout(GENEROUS),
        at_desk(at, user="bob", password=PASSWORD) as desk,
    ):
        ear = desk.listens()
        async with calling(at, number=NUMBER) as callers_ear:
            contact = await desk.until("connected")
            await asyncio.gather(ear.tone, callers_ear.tone)
            await desk.say("contact.end", contact)
            await desk.until("acw")
        await desk.say("contact.clear", contact)
        await desk.until("available")
    return contact


def _history(server: LiveServer, contact: str) -> list[tuple[str, int | None, str]]:
    with sqlite3.connect(server.data / "connect.sqlite3") as database:
        found = database.execute(
            "select event.kind, event.actor_id, event.details from contacts_contactevent event"
            " join contacts_contact contact on contact.id = event.contact_id"
            " where contact.public_id = ? order by event.id",
            [contact.replace("-", "")],
        )
        return list(found)
