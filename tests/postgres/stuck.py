"""What time alone does not bring to an end, though a deadline should have (R-21).

Asked when all deadlines there were have long passed and nobody has done anything since. Then a talk
whose audio is well may last, and work and locks that only the agent ends; nothing else.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from django.db.models import Model, Q

from apps.agents.models import Agent
from apps.contacts.domain.states import LIVE_OFFERS, ConnectionState, ContactState, OfferState
from apps.contacts.models import Connection, Contact, FlowRun, Offer
from apps.core import clock
from tests.journeys.house import House
from tests.journeys.invariants import damages

HOUR = 3600  # longer than any deadline
CHAIN = 2  # what a deadline begins may have one, and so on: two whispers; error, or work, and ring


def time_alone_frees_everybody(house: House) -> None:
    """Nobody does anything any more, and nothing is mended here: each row ends by its deadline."""
    for _ in range(CHAIN):
        house.skip(HOUR)
        assert not (found := damages()), found
    assert not (found := stuck()), found


def at_stake() -> Counter[str]:
    """What time must bring to an end: offers by their state, and parties who are waited for."""
    held = Offer.objects.filter(due_at__isnull=False).order_by()
    lines = Connection.objects.filter(due_at__isnull=False).count()
    return Counter(held.values_list("state", flat=True)) + Counter({"without audio": lines})


def stuck() -> list[str]:
    """One sentence for each."""
    now = clock.now()
    return [*_overdue(now), *_held_too_long(now), *_lines_without_audio(), *_kept_apart()]


def _overdue(now: datetime) -> Iterator[str]:
    """A deadline that has passed and was not worked off."""
    dues: list[tuple[type[Model], str]] = [
        (Offer, "due_at"),
        (Connection, "due_at"),
        (FlowRun, "due_at"),
        (Agent, "offline_due_at"),
        (Agent, "audio_due_at"),
    ]
    for model, field in dues:
        for row in model._default_manager.filter(**{f"{field}__lte": now}):
            yield f"{row!r} has passed its {field}"


def _held_too_long(now: datetime) -> Iterator[str]:
    """The last sweep may have begun a ring, and a lock after one; both have their deadline."""
    just_begun = Q(state_since=now, due_at__gt=now)
    talk = Q(state=OfferState.CONNECTED)
    until_cleared = Q(state=OfferState.ENDED, agent__acw_seconds=0) | Q(
        state=OfferState.MISSED, instance__missed_recovery_seconds=0
    )
    held = Offer.objects.exclude(state=OfferState.CLEARED)
    for offer in held.exclude(just_begun | talk | until_cleared):
        yield f"{offer!r} is still {offer.state}"


def _lines_without_audio() -> Iterator[str]:
    """Nobody comes any more: who is not there by now has been given up."""
    for line in Connection.objects.filter(has_media=False).exclude(
        state=ConnectionState.DISCONNECTED
    ):
        yield f"{line!r} ({line.kind}) is still waited for"


def _kept_apart() -> Iterator[str]:
    """A caller waits for an agent who is free: all are in one queue, which all serve."""
    waiting = Contact.objects.filter(state=ContactState.QUEUED)
    unoffered = waiting.exclude(offers__state__in=LIVE_OFFERS)
    if unoffered.exists() and Agent.objects.filter(available_since__isnull=False).exists():
        yield f"{list(unoffered)} wait beside agents who are free"
