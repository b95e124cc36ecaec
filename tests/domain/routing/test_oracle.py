"""The decision equals that of an independent brute-force router, also when it sees heads only."""

from collections import defaultdict
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.routing.domain.decision import decide
from apps.routing.domain.explanation import Obstacle, why_not
from apps.routing.domain.facts import FreeAgent, ProfileQueue, WaitingContact
from tests.domain.routing.bruteforce import route
from tests.domain.routing.build import NOW, agent, ago, contact, pairs, row

pytestmark = pytest.mark.domain

QUEUES = ["q1", "q2", "q3"]
PROFILES = ["p1", "p2", "p3"]
AGENTS = ["a1", "a2", "a3", "a4", "a5"]


class Situation(NamedTuple):
    waiting: list[WaitingContact]
    agents: list[FreeAgent]
    rows: list[ProfileQueue]


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    # Few different values, so that every tie and every edge of a delay happens often.
    small = st.integers(0, 3)
    waiting = []
    for number in range(draw(st.integers(0, 8))):
        owner = draw(st.sampled_from([None, None, None, *AGENTS[:2]]))
        queue = f"{owner}'s queue" if owner else draw(st.sampled_from(QUEUES))
        waiting.append(
            contact(
                f"c{number}",
                queue,
                waited=10 * draw(small),
                priority=draw(st.integers(4, 5)),
                adjusted=draw(st.sampled_from([0, 0, 10, -10])),
                sequence=number,
                owner=owner,
            )
        )
    names = draw(st.lists(st.sampled_from(AGENTS), unique=True))
    agents = [
        agent(name, idle=draw(small), profile=draw(st.sampled_from(PROFILES))) for name in names
    ]
    served = draw(
        st.lists(st.tuples(st.sampled_from(PROFILES), st.sampled_from(QUEUES)), unique=True)
    )
    rows = [
        row(queue, draw(st.integers(1, 2)), draw(st.sampled_from([0, 10, 20])), profile=profile)
        for profile, queue in served
    ]
    return Situation(waiting, agents, rows)


def heads_of(situation: Situation, depth: int) -> tuple[list[WaitingContact], list[FreeAgent]]:
    """What the pass fetches: heads of each queue and delay, and of each profile (decision 5)."""
    heads: dict[str, WaitingContact] = {}
    lines = {(each.queue, each.delay_seconds) for each in situation.rows}
    lines |= {(each.queue, 0) for each in situation.waiting if each.agent}
    for queue, delay in lines:
        ripe = [c for c in situation.waiting if c.queue == queue and c.enqueued_at <= ago(delay)]
        ripe.sort(key=lambda c: (c.priority, -c.effective_age(NOW), c.sequence))
        heads |= {str(c.id): c for c in ripe[:depth]}
    owners = {each.agent for each in situation.waiting}
    by_profile = defaultdict(list)
    for each in sorted(situation.agents, key=lambda a: (a.available_since, a.id)):
        by_profile[each.profile].append(each)
    agents = [each for line in by_profile.values() for each in line[:depth]]
    agents += [each for each in situation.agents if each.id in owners and each not in agents]
    return list(heads.values()), agents


@given(situation=situations())
@settings(max_examples=40)
def test_the_decision_is_that_of_the_brute_force_router(situation: Situation) -> None:
    waiting, agents, rows = situation

    made = decide(waiting, agents=agents, profile_queues=rows, now=NOW)

    assert pairs(made) == route(waiting, agents, rows, NOW)


@given(situation=situations(), depth=st.integers(1, 3))
@settings(max_examples=40)
def test_heads_of_a_depth_give_that_many_exact_assignments(
    situation: Situation, depth: int
) -> None:
    waiting, agents, rows = situation
    heads, longest = heads_of(situation, depth)

    made = decide(heads, agents=longest, profile_queues=rows, now=NOW, limit=depth)

    assert pairs(made) == route(waiting, agents, rows, NOW)[:depth]


@given(situation=situations())
@settings(max_examples=25)
def test_a_contact_is_either_assigned_or_has_a_reason_why_not(situation: Situation) -> None:
    waiting, agents, rows = situation
    assigned = {contact for contact, _ in route(waiting, agents, rows, NOW)}

    for each in waiting:
        reason = why_not(each, waiting=waiting, agents=agents, profile_queues=rows, now=NOW)

        assert (reason is None) == (each.id in assigned)
        if reason is not None and reason.obstacle is Obstacle.BEHIND:
            assert reason.ahead
            assert each.id not in reason.ahead
