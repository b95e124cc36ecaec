"""Database, Redis or web stop in mid-call: the two talk on, and either can end it (R-04)."""

from datetime import datetime, timedelta
from typing import Any, Self

import pytest

from apps.core import clock
from tests.live.sound import AGENT_HZ, CALLER_HZ
from tests.scaled.site import Scaled
from tests.scaled.talks import Talk

pytestmark = pytest.mark.browser

SHORT, MINUTE = 6.0, 60.0  # seconds of sound during the outage
SERVERS = ("postgres", "redis", "web")
WAYS = ("stopped", "paused")
ENDS = ("caller", "agent")


class Outage:
    """A server that stops, or stands still with its lines open, for the length of a block."""

    def __init__(self, site: Scaled, server: str, way: str) -> None:
        self._members: list[Any] = site.web if server == "web" else [getattr(site, server)]
        self._way = way
        self.ends_at: datetime | None = None

    def __enter__(self) -> Self:
        for member in self._members:
            member.stop() if self._way == "stopped" else member.pause()
        return self

    def __exit__(self, *_error: object) -> None:
        self.ends_at = clock.now()
        for member in self._members:
            member.start() if self._way == "stopped" else member.resume()
        for member in self._members:
            member.wait_until_ready()


def survives(site: Scaled, *, server: str, way: str, who: str, seconds: float) -> float:
    """A call through an outage in which `who` ends it; the longest gap in what they heard."""
    with Talk(site) as talk:
        with Outage(site, server, way) as outage:
            talk.goes_on(seconds=seconds)
            ended_at = clock.now()
            if who == "caller":
                first = talk.caller_hangs_up()
            else:
                talk.agent_ends()
                talk.falls_silent()
        if who == "caller":
            other = talk.agent_said()
        else:
            first, other = talk.agent_said(), talk.caller_said()

        # Who ends it hears the other until then; who is left hears nothing for a while.
        first.heard(AGENT_HZ if who == "caller" else CALLER_HZ)
        gap = first.heard_without_a_break()
        assert other.longest_gap is not None, other.text
        talk.is_over()
        record = talk.record()
        assert record["disconnected_at"] > ended_at - timedelta(seconds=1)
        if (server, who) != ("web", "caller"):  # who has left without a word is waited for
            assert record["disconnected_at"] < outage.ends_at
        _, is_partial = talk.recording()
        assert not is_partial
        return gap


@pytest.mark.parametrize(
    ("server", "way", "who"),
    [
        ("postgres", "stopped", "caller"),
        ("redis", "paused", "agent"),
        ("web", "stopped", "agent"),
    ],
)
def test_a_call_goes_on_without_its_servers_and_can_be_ended_r_04(
    site: Scaled, server: str, way: str, who: str
) -> None:
    survives(site, server=server, way=way, who=who, seconds=SHORT)


@pytest.mark.long
@pytest.mark.parametrize("who", ENDS)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("server", SERVERS)
def test_a_call_goes_on_for_a_minute_without_its_servers_r_04(
    site: Scaled, server: str, way: str, who: str
) -> None:
    """R-04 in full: sixty seconds, each server, both ways, either side."""
    gap = survives(site, server=server, way=way, who=who, seconds=MINUTE)
    print(f"{server} {way}, {who} ends: longest gap {gap:.2f} s")  # noqa: T201
