"""Control judges what it could hear, whatever stood still meanwhile; one bad word stops nobody."""

from collections.abc import Iterator

import pytest
from django.db import OperationalError

from apps.contacts.models import MediaNode
from apps.contacts.services import nodes
from apps.core import bus
from apps.voice.node_registry import NodeRegistry
from apps.voice.wire import HEARTBEATS
from tests.journeys.conftest import db

__all__ = ["db"]

pytestmark = [pytest.mark.db, pytest.mark.usefixtures("db")]


class Clockwork:
    """A registry on a clock of the test's, and what nodes say to it."""

    def __init__(self) -> None:
        self.at = 0.0
        self.registry = NodeRegistry(judges_silence=True, monotonic=lambda: self.at)

    def say(self, slot: str, **facts: object) -> None:
        word = {"slot": slot, "boot_id": "one", "calls": 0, "capacity": 10}
        bus.publish_now(HEARTBEATS, {**word, **facts})

    def second(self, *speaking: str) -> None:
        """A sweep, with the words before it."""
        self.at += 1.0
        for slot in speaking:
            self.say(slot)
        self.registry.look()
        self.registry.write()

    def given_up(self) -> list[str]:
        return list(MediaNode.objects.exclude(lost_at=None).values_list("slot", flat=True))


@pytest.fixture
def clockwork() -> Iterator[Clockwork]:
    made = Clockwork()
    yield made
    made.registry.close()


def test_a_silent_node_is_given_up_and_one_that_speaks_is_not(clockwork: Clockwork) -> None:
    for _ in range(3):
        clockwork.second("a", "b")
    for _ in range(3):
        clockwork.second("a")

    assert clockwork.given_up() == ["b"]


def test_a_stall_between_look_and_judgement_is_nobodys_silence_r_27(clockwork: Clockwork) -> None:
    """R-27: database or Redis stood still for seconds after the look, words and all."""
    for _ in range(5):
        clockwork.second("a", "b")
    clockwork.registry.look()
    clockwork.at += 4.0
    clockwork.registry.write()

    assert clockwork.given_up() == []


@pytest.mark.parametrize("facts", [{"capacity": -1}, {"capacity": "many"}, {"calls": None}])
def test_a_word_that_cannot_be_kept_does_not_keep_the_others_from_being_heard(
    clockwork: Clockwork, facts: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    clockwork.say("a", **facts)

    clockwork.second("b")

    assert nodes.living() == ["b"]
    assert "media node a" in caplog.text


def test_a_database_that_is_away_is_not_a_bad_word(
    clockwork: Clockwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sweep fails as a whole, and says so."""

    def heard(*_args: object, **_kwargs: object) -> None:
        raise OperationalError

    monkeypatch.setattr(nodes, "heard", heard)

    with pytest.raises(OperationalError):
        clockwork.second("a")
