"""Flows that go round without ever waiting: they end soon, and hold no locks meanwhile."""

from typing import Any

import pytest

from apps.contacts.models import Contact, FlowRun
from apps.flows.domain.engine import ANSWER_COST, GRACE, INSTANT_LIMIT
from apps.flows.speech.base import SpeechUnavailable
from apps.routing.models import Queue
from tests.domain.flows.bench import act
from tests.journeys.flows import QUEUED, answer_with, make_default
from tests.journeys.house import House
from tests.speech import ToneSynthesiser

pytestmark = pytest.mark.journey

ROUNDS = INSTANT_LIMIT // ANSWER_COST + GRACE
BUSY = act("Busy", "MessageParticipant", {"Text": "All lines are busy."}, to="Transfer")


@pytest.fixture
def speechless(monkeypatch: pytest.MonkeyPatch) -> None:
    def speak(*_: object, **__: object) -> None:
        raise SpeechUnavailable

    monkeypatch.setattr(ToneSynthesiser, "speak", speak)


def transfer_again_by(way: str, *more: dict[str, Any]) -> list[dict[str, Any]]:
    choose, _, bye = QUEUED
    errors = {"QueueAtCapacity": way, "NoMatchingError": "Bye"}
    return [choose, act("Transfer", "TransferContactToQueue", to="Bye", errors=errors), bye, *more]


@pytest.mark.parametrize(
    "actions",
    [transfer_again_by("Transfer"), transfer_again_by("Busy", BUSY)],
    ids=["alone", "with a prompt that cannot be spoken"],
)
def test_a_full_queue_that_is_asked_for_again_at_once_ends_the_call(
    house: House, speechless: None, actions: list[dict[str, Any]]
) -> None:
    house.queued()
    Queue.objects.filter(kind=Queue.Kind.STANDARD).update(max_contacts=1)
    answer_with(house, actions)

    turned_away = house.call()

    contact = Contact.objects.get(pk=turned_away.contact_id)
    assert contact.state == "completed"
    assert contact.events.filter(kind="queue_full").count() <= ROUNDS


def test_a_queue_flow_of_prompts_that_cannot_be_spoken_leaves_the_caller_waiting_with_music(
    house: House, speechless: None
) -> None:
    """R-21; and a later flow of the contact still has steps to take."""
    wait = act("Wait", "MessageParticipant", {"Text": "Please wait."}, to="Wait")
    make_default(house, "CUSTOMER_QUEUE", [wait])
    answer_with(house, QUEUED)

    customer = house.call()

    run = FlowRun.objects.latest("pk")
    assert (run.is_running, run.state["ended"]) == (False, "ran_out")
    assert run.state["steps"] <= len(QUEUED) + ROUNDS
    assert Contact.objects.get().state == "queued"
    assert house.node.heard_by(customer) == ("music",)
