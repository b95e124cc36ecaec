"""The same race at random moments, again and again: 10,000 times in `test-long`."""

import random

import pytest

from apps.agents.models import Agent
from apps.contacts.errors import OfferGone
from apps.contacts.models import Offer
from apps.contacts.services import ending
from tests.journeys.at_once import at_once
from tests.journeys.house import House
from tests.journeys.invariants import breaches

pytestmark = pytest.mark.journey

FEW, MANY = 20, 10_000
OFTEN = [FEW, pytest.param(MANY, marks=pytest.mark.long)]


@pytest.mark.parametrize("trials", OFTEN)
def test_a_caller_who_leaves_at_any_millisecond_is_never_answered_into_silence_r_22(
    house: House, ana: Agent, trials: int
) -> None:
    """R-22: the offer is withdrawn, a late Accept is refused, the agent is free at once."""
    moments = random.Random(22)
    house.available(ana)
    for trial in range(trials):
        contact = house.reach("ringing", ana).contact
        house.time.shift(moments.randrange(1000 * house.instance.ring_seconds) / 1000)

        ending.hang_up(contact=contact)

        with pytest.raises(OfferGone):
            house.command(ana, "contact.accept", contact)
        assert house.state(ana) == "available", trial
    assert not breaches(house.node)


@pytest.mark.parametrize("trials", OFTEN)
def test_two_accepts_in_one_tick_have_one_winner_every_time_r_23(
    house: House, ana: Agent, trials: int
) -> None:
    """R-23: threads on real transactions; the loser is told, and the agent is routable again."""
    house.available(ana)
    for _ in range(trials // 4):  # four threads each: as many accepts as trials
        contact = house.reach("ringing", ana).contact

        def accept(contact: object = contact) -> None:
            house.command(ana, "contact.accept", contact)  # type: ignore[arg-type]

        results = at_once(house.instance, accept, accept, accept, accept)

        assert sorted(results) == ["OFFER_GONE"] * 3 + ["done"]
        ending.hang_up(contact=contact)
        assert house.state(ana) == "available"
    assert Offer.objects.exclude(state="cleared").count() == 0
