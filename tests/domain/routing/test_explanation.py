"""Why a contact waits: the first obstacle that a person could remove."""

import pytest

from apps.routing.domain.explanation import Obstacle, WhyNot, why_not
from apps.routing.domain.facts import FreeAgent, ProfileQueue, WaitingContact
from tests.domain.routing.build import NOW, agent, ago, contact, key, row

pytestmark = pytest.mark.domain

CALLER = contact("caller", "sales", waited=10)


def explain(
    *,
    others: list[WaitingContact] | None = None,
    agents: list[FreeAgent],
    rows: list[ProfileQueue],
    subject: WaitingContact = CALLER,
) -> WhyNot | None:
    waiting = [subject, *(others or [])]
    return why_not(subject, waiting=waiting, agents=agents, profile_queues=rows, now=NOW)


def test_a_queue_in_no_profile_is_not_served() -> None:
    reason = explain(agents=[agent("ana")], rows=[row("support", 1)])

    assert reason == WhyNot(obstacle=Obstacle.NOT_SERVED)


def test_a_served_queue_without_a_free_agent_says_so() -> None:
    elsewhere = agent("bob", profile="other")

    reason = explain(agents=[elsewhere], rows=[row("sales", 1)])

    assert reason == WhyNot(obstacle=Obstacle.NO_FREE_AGENT)


def test_an_own_queue_waits_for_its_agent() -> None:
    own = contact("own", "bobs queue", waited=10, owner="bob")

    reason = explain(subject=own, agents=[agent("ana")], rows=[row("sales", 1)])

    assert reason == WhyNot(obstacle=Obstacle.NO_FREE_AGENT)


def test_a_contact_too_young_for_everybody_is_told_when_it_is_ripe() -> None:
    agents = [agent("ana"), agent("bob", profile="late")]
    rows = [row("sales", 1, 30), row("sales", 1, 90, profile="late")]

    reason = explain(agents=agents, rows=rows)

    assert reason == WhyNot(obstacle=Obstacle.TOO_YOUNG, ripe_at=ago(-20))


def test_a_contact_behind_others_names_them() -> None:
    older = contact("older", "sales", waited=60)

    reason = explain(others=[older], agents=[agent("ana")], rows=[row("sales", 1)])

    assert reason == WhyNot(obstacle=Obstacle.BEHIND, ahead=(key("older"),))


def test_a_contact_that_is_assigned_now_has_no_obstacle() -> None:
    assert explain(agents=[agent("ana")], rows=[row("sales", 1)]) is None
