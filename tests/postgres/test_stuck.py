"""Whoever says that nobody is stuck must be able to see it: what a deadline omits is told."""

from types import ModuleType

import pytest

from apps.contacts.services import availability, joining, media_facts, offers, sweep
from apps.instances.services.instances import update_instance
from tests.journeys.house import House
from tests.postgres.stuck import time_alone_frees_everybody

pytestmark = pytest.mark.journey

MOMENTS = ("queued", "ringing", "accepted", "agent_whisper", "customer_whisper", "talking", "work")


def reach(house: House, moment: str) -> None:
    """At an agent whose work has a limit, in an instance where a missed call's lock has one."""
    update_instance(house.instance, missed_recovery_seconds=15)
    ana = house.agent("ana", acw_seconds=20)
    house.available(ana)
    customer = house.reach("talking" if moment == "work" else moment, ana)
    if moment == "work":
        house.command(ana, "contact.end", customer.contact)
    elif moment == "talking":
        house.node.lost(house.line(ana), cause="silent")


@pytest.mark.parametrize("moment", MOMENTS)
def test_time_alone_frees_everybody_r_21(house: House, moment: str) -> None:
    """R-21: within two deadlines one after the other nothing is held that time should end."""
    reach(house, moment)

    time_alone_frees_everybody(house)


@pytest.mark.parametrize(
    ("moment", "room", "forgotten"),
    [
        ("queued", sweep, "route"),
        ("ringing", offers, "ring_out"),
        ("ringing", availability, "clear"),
        ("accepted", media_facts, "connection_due"),
        ("accepted", availability, "clear"),
        ("agent_whisper", joining, "cut_whisper"),
        ("customer_whisper", joining, "cut_whisper"),
        ("talking", media_facts, "connection_due"),
        ("work", availability, "clear"),
    ],
)
def test_a_deadline_that_does_nothing_is_told(
    house: House, monkeypatch: pytest.MonkeyPatch, moment: str, room: ModuleType, forgotten: str
) -> None:
    reach(house, moment)
    with monkeypatch.context() as broken:
        broken.setattr(room, forgotten, lambda *_args, **_facts: None)

        with pytest.raises(AssertionError):
            time_alone_frees_everybody(house)
