"""Random events on a virtual clock: no rule is broken, everybody is idle in the end (R-21)."""

from collections.abc import Callable

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings
from hypothesis import seed as with_seed
from hypothesis.stateful import run_state_machine_as_test

from apps.contacts.models import Contact
from tests.journeys.house import House
from tests.journeys.model.centre import CallCentre
from tests.journeys.model.present import present
from tests.journeys.model.seen import OFTEN, SELDOM, Seen

pytestmark = pytest.mark.journey

SEEDS = (4, 5, 0, 1, 2, 3)  # the lives of the first see all there must be; others, if it changes


def explore(seen: Seen, *, lives: int, events: int, seed: int | None = None) -> None:
    """Without a seed other lives at each run; one that fails says how to have it again."""

    class Seeing(CallCentre):
        def __init__(self) -> None:
            super().__init__(seen)

    run_state_machine_as_test(
        Seeing if seed is None else with_seed(seed)(Seeing),
        settings=settings(
            max_examples=lives,
            stateful_step_count=events,
            deadline=None,
            print_blob=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_random_events_break_no_rule_and_leave_nobody_stuck_r_21(db: None) -> None:
    """R-21, R-25, small: duplicates, late events, gaps, crashes; then everybody is idle in time.

    The same lives at each run, until everything that must be seen has happened in one of them.
    """
    seen = Seen()
    for seed in SEEDS:
        explore(seen, lives=5, events=20, seed=seed)
        if not seen.missing(OFTEN):
            break

    assert not seen.missing(OFTEN), str(seen)


@pytest.mark.parametrize(
    "happen",
    [
        lambda house: Contact.objects.update(customer_number="+442071838750"),
        lambda house: house.time.shift(1),
        lambda house: house.node.calls.clear(),
    ],
    ids=["a row", "time", "the node"],
)
def test_the_checks_are_asked_again_when_anything_has_changed(
    house: House, happen: Callable[[House], object]
) -> None:
    house.queued()
    before, told = present(house.node), dict(house.node.calls)
    assert connection.vendor != "sqlite" or present(house.node) == before

    happen(house)

    assert present(house.node) != before
    house.node.calls.update(told)


@pytest.mark.long
@pytest.mark.parametrize("_part", range(10))
def test_a_million_random_events_break_no_rule_and_leave_nobody_stuck_r_21(
    db: None, _part: int
) -> None:
    """R-21, R-25: 10^6 events in ten parts, which say from time to time how far they are."""
    seen = Seen()

    while seen.events < 100_000:
        explore(seen, lives=50, events=100)
        print(seen, flush=True)  # noqa: T201

    assert not seen.missing(OFTEN, SELDOM), str(seen)
