"""What an agent may do, and what is shown, in each state of the offer held."""

import pytest

from apps.contacts.domain.activity import Activity, activity
from apps.contacts.domain.permitted import Situation, permitted
from apps.contacts.domain.states import OfferState

pytestmark = pytest.mark.domain

TALKING = {"contact.end", "connection.mute", "connection.send_digits"}


@pytest.mark.parametrize(
    ("situation", "expected"),
    [
        (Situation(offer=None), set()),
        (Situation(offer=OfferState.RINGING), {"contact.accept", "contact.reject"}),
        (Situation(offer=OfferState.RINGING, is_softphone=False), {"contact.reject"}),
        (Situation(offer=OfferState.ACCEPTED), {"contact.end"}),
        (
            Situation(offer=OfferState.CONNECTED, is_customer_joined=True),
            TALKING | {"connection.hold"},
        ),
        (
            Situation(offer=OfferState.CONNECTED, is_customer_joined=True, is_muted=True),
            {"contact.end", "connection.hold", "connection.unmute", "connection.send_digits"},
        ),
        (
            Situation(offer=OfferState.CONNECTED, is_customer_held=True),
            {"contact.end", "connection.resume", "connection.mute"},
        ),
        (Situation(offer=OfferState.ENDED), {"contact.clear"}),
        (Situation(offer=OfferState.MISSED), {"contact.clear", "contact.become_available"}),
        (Situation(offer=OfferState.ERROR), {"contact.clear", "contact.become_available"}),
        (Situation(offer=OfferState.CLEARED), set()),
    ],
)
def test_the_controls_are_those_of_the_state_sr_080(
    situation: Situation, expected: set[str]
) -> None:
    """SR-080: Accept and Reject give way to Hold, Mute, Number pad and End call."""
    assert set(permitted(situation)) == expected


def test_the_controls_come_in_one_fixed_order() -> None:
    first = permitted(Situation(offer=OfferState.CONNECTED, is_customer_joined=True))

    assert first == (
        "contact.end",
        "connection.hold",
        "connection.mute",
        "connection.send_digits",
    )


@pytest.mark.parametrize("status", ["ROUTABLE", "CUSTOM", "OFFLINE"])
@pytest.mark.parametrize(
    ("offer", "expected"),
    [
        (OfferState.RINGING, Activity.INCOMING),
        (OfferState.ACCEPTED, Activity.CONNECTING),
        (OfferState.CONNECTED, Activity.CONNECTED),
        (OfferState.ENDED, Activity.ACW),
        (OfferState.MISSED, Activity.MISSED),
        (OfferState.ERROR, Activity.ERROR),
    ],
)
def test_what_is_held_is_shown_before_what_was_chosen(
    offer: OfferState, expected: Activity, status: str
) -> None:
    assert activity(offer=offer, is_held=False, status_kind=status) is expected


def test_a_conversation_on_hold_is_shown_as_hold() -> None:
    shown = activity(offer=OfferState.CONNECTED, is_held=True, status_kind="ROUTABLE")

    assert shown is Activity.HOLD


@pytest.mark.parametrize("offer", [s for s in OfferState if s is not OfferState.CONNECTED])
def test_hold_is_shown_of_a_conversation_only(offer: OfferState) -> None:
    assert activity(offer=offer, is_held=True, status_kind="ROUTABLE") is not Activity.HOLD


@pytest.mark.parametrize("offer", [None, OfferState.CLEARED])
@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("ROUTABLE", Activity.AVAILABLE),
        ("CUSTOM", Activity.AWAY),
        ("OFFLINE", Activity.OFFLINE),
    ],
)
def test_who_holds_nothing_is_shown_as_the_status_chosen(
    offer: OfferState | None, status: str, expected: Activity
) -> None:
    assert activity(offer=offer, is_held=False, status_kind=status) is expected
