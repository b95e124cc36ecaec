"""The worked examples of routing, rule by rule."""

import json

import pytest

from apps.routing.domain.decision import DecidedBy, decide
from apps.routing.domain.facts import FreeAgent, ProfileQueue, WaitingContact
from tests.domain.routing.build import NOW, agent, contact, key, pairs, row

pytestmark = pytest.mark.domain


def taken(
    waiting: list[WaitingContact], rows: list[ProfileQueue], *, by: FreeAgent | None = None
) -> WaitingContact | None:
    made = decide(waiting, agents=[by or agent("ana")], profile_queues=rows, now=NOW)
    return made[0].contact if made else None


def test_support_is_taken_only_when_no_sales_contact_waits() -> None:
    rows = [row("sales", 1), row("support", 2)]
    sales = contact("s", "sales", waited=1)
    support = contact("t", "support", waited=900, priority=1)

    assert taken([support, sales], rows) == sales
    assert taken([support], rows) == support


@pytest.mark.parametrize(("waited", "first"), [(29, "sales"), (30, "support")])
def test_support_is_equal_to_sales_once_its_delay_has_passed(waited: float, first: str) -> None:
    rows = [row("sales", 1), row("support", 1, 30)]
    waiting = [contact("a", "sales", waited=5), contact("b", "support", waited=waited)]

    chosen = taken(waiting, rows)

    assert chosen is not None
    assert chosen.queue == key(first)


TIERS = [row("t1", 1), row("t2", 1), row("t3", 2, 20), row("t4", 3, 80)]


@pytest.mark.parametrize(
    ("waiting", "expected"),
    [
        ({"t1": 1, "t2": 2, "t3": 500, "t4": 500}, "t2"),
        ({"t1": 1, "t3": 500}, "t1"),
        ({"t3": 20, "t4": 500}, "t3"),
        ({"t3": 19}, None),
        ({"t4": 79}, None),
        ({"t4": 80}, "t4"),
        # A T3 contact that is too young blocks nobody: only eligible contacts do.
        ({"t3": 19, "t4": 80}, "t4"),
        ({"t3": 20, "t4": 80}, "t3"),
    ],
)
def test_tiers_open_with_age_and_only_eligible_contacts_block(
    waiting: dict[str, float], expected: str | None
) -> None:
    chosen = taken([contact(q, q, waited=waited) for q, waited in waiting.items()], TIERS)

    assert (chosen.queue if chosen else None) == (key(expected) if expected else None)


def test_equal_queues_give_the_oldest_contact_to_the_longest_idle_agent() -> None:
    rows = [row("sales", 1), row("support", 1)]
    waiting = [contact("young", "sales", waited=10), contact("old", "support", waited=20)]
    agents = [agent("fresh", idle=5), agent("rested", idle=50)]

    made = decide(waiting, agents=agents, profile_queues=rows, now=NOW)

    assert pairs(made) == [(key("old"), key("rested")), (key("young"), key("fresh"))]


def test_agents_idle_for_the_same_time_are_taken_by_id() -> None:
    agents = [agent(name, idle=5) for name in "abcdef"]

    made = decide(
        [contact("c", "sales", waited=1)],
        agents=agents,
        profile_queues=[row("sales", 1)],
        now=NOW,
    )

    assert made[0].agent.id == min(each.id for each in agents)


def test_contact_priority_goes_before_age_and_after_queue_priority() -> None:
    rows = [row("sales", 1), row("support", 1), row("back", 2)]
    old = contact("old", "sales", waited=900)
    urgent = contact("urgent", "support", waited=1, priority=1)
    elsewhere = contact("elsewhere", "back", waited=900, priority=1)

    assert taken([old, urgent, elsewhere], rows) == urgent


@pytest.mark.parametrize(("adjusted", "first"), [(9, "old"), (11, "moved")])
def test_an_added_age_counts_for_the_order(adjusted: int, first: str) -> None:
    waiting = [
        contact("old", "sales", waited=20),
        contact("moved", "sales", waited=10, adjusted=adjusted),
    ]

    chosen = taken(waiting, [row("sales", 1)])

    assert chosen is not None
    assert chosen.id == key(first)


def test_an_added_age_does_not_count_against_the_delay() -> None:
    waiting = [contact("moved", "sales", waited=10, adjusted=600)]

    assert taken(waiting, [row("sales", 1, 30)]) is None


def test_equal_contacts_are_taken_in_the_order_of_queueing() -> None:
    second = contact("a", "sales", waited=10, sequence=2)
    first = contact("b", "sales", waited=10, sequence=1)

    assert taken([second, first], [row("sales", 1)]) == first


def test_the_own_queue_comes_before_everything_and_needs_no_row() -> None:
    own = contact("own", "anas queue", waited=0, priority=99, owner="ana")
    urgent = contact("urgent", "sales", waited=900, priority=1)

    assert taken([urgent, own], [row("sales", 1)]) == own


def test_another_agents_own_queue_is_never_served() -> None:
    theirs = contact("theirs", "bobs queue", waited=900, owner="bob")

    assert taken([theirs], [row("bobs queue", 1)]) is None


def test_a_queue_outside_the_profile_is_never_served() -> None:
    waiting = [contact("c", "sales", waited=900)]

    assert taken(waiting, [row("sales", 1, profile="other")]) is None


def test_the_facts_that_decided_are_kept_as_json() -> None:
    rows = [row("sales", 1, 5), row("support", 2)]
    waiting = [contact("a", "sales", waited=20.5, adjusted=-3), contact("b", "support", waited=90)]

    made = decide(waiting, agents=[agent("ana", idle=60)], profile_queues=rows, now=NOW)

    assert json.loads(json.dumps(made[0].why.as_json())) == {
        "decided_by": "queue_priority",
        "runner_up": str(key("b")),
        "queue_priority": 1,
        "delay_seconds": 5,
        "contact_priority": 5,
        "waited_seconds": 20.5,
        "age_adjustment_seconds": -3,
        "agent_available_since": "2026-06-01T11:59:00+00:00",
        "next_agent": None,
        "next_available_since": None,
    }


@pytest.mark.parametrize(
    ("others", "name"),
    [
        ([], None),
        ([agent("bob", idle=30), agent("mia", idle=40)], "mia"),
        ([agent("bob", idle=30), agent("mia", idle=40, profile="other")], "bob"),
        ([agent("mia", idle=40, profile="later")], None),
    ],
)
def test_the_agent_who_would_have_been_next_is_kept(
    others: list[FreeAgent], name: str | None
) -> None:
    """Free, with the queue in the profile, and its delay over."""
    rows = [row("sales", 1), row("sales", 1, 60, profile="later")]
    agents = [*others, agent("ana", idle=60)]

    made = decide([contact("a", "sales", waited=20)], agents=agents, profile_queues=rows, now=NOW)

    found = next((each for each in others if name and each.id == key(name)), None)
    assert [(each.agent.id, each.why.next_agent) for each in made] == [
        (key("ana"), found.id if found else None)
    ]
    assert made[0].why.next_available_since == (found.available_since if found else None)


def test_nobody_is_next_for_a_contact_of_the_own_queue() -> None:
    own = contact("own", "anas queue", waited=0, owner="ana")
    agents = [agent("ana", idle=60), agent("bob", idle=30)]

    made = decide([own], agents=agents, profile_queues=[row("anas queue", 1)], now=NOW)

    assert made[0].why.next_agent is None


@pytest.mark.parametrize(
    ("runner_up", "rule"),
    [
        (None, DecidedBy.ONLY_CONTACT),
        (contact("b", "support", waited=90), DecidedBy.QUEUE_PRIORITY),
        (contact("b", "sales", waited=90, priority=6), DecidedBy.CONTACT_PRIORITY),
        (contact("b", "sales", waited=5), DecidedBy.AGE),
        (contact("b", "sales", waited=10, sequence=1), DecidedBy.ORDER),
    ],
)
def test_the_rule_that_decided_is_the_first_that_differs(
    runner_up: WaitingContact | None, rule: DecidedBy
) -> None:
    first = contact("a", "sales", waited=10)
    waiting = [first, runner_up] if runner_up else [first]
    rows = [row("sales", 1), row("support", 2)]

    made = decide(waiting, agents=[agent("ana")], profile_queues=rows, now=NOW)

    assert made[0].contact == first
    assert made[0].why.decided_by is rule
    assert made[0].why.runner_up == (runner_up.id if runner_up else None)
