"""Flows that journeys are made of."""

from typing import Any

from apps.flows.models import ContactFlow, FlowVersion
from apps.flows.services.publishing import create_flow, publish
from apps.numbers.models import PhoneNumber
from tests.domain.flows.bench import act
from tests.journeys.house import NUMBER, House

QUEUED = [
    act(
        "Choose",
        "UpdateContactTargetQueue",
        {"QueueId": "BasicQueue"},
        to="Transfer",
        errors={"NoMatchingError": "Bye"},
    ),
    act(
        "Transfer",
        "TransferContactToQueue",
        to="Bye",
        errors={"QueueAtCapacity": "Bye", "NoMatchingError": "Bye"},
    ),
    act("Bye", "DisconnectParticipant"),
]


def menu(*, seconds: int = 5) -> list[dict[str, Any]]:
    """1 = the queue; anything else is said to be wrong; no key in time = the end."""
    return [
        act(
            "Menu",
            "GetParticipantInput",
            {"Text": "Press one.", "InputTimeLimitSeconds": str(seconds)},
            to="Bye",
            when=[("Equals", "1", "Choose")],
            errors={
                "InputTimeLimitExceeded": "Bye",
                "NoMatchingCondition": "Wrong",
                "NoMatchingError": "Bye",
            },
        ),
        act("Wrong", "MessageParticipant", {"Text": "That is wrong."}, to="Menu"),
        *QUEUED,
    ]


def say(text: str) -> list[dict[str, Any]]:
    """Say something, then queue; say sorry when it cannot be said."""
    sorry = {"NoMatchingError": "Sorry"}
    return [
        act("Say", "MessageParticipant", {"Text": text}, to="Choose", errors=sorry),
        act(
            "Sorry",
            "UpdateContactAttributes",
            {"Attributes": {"Sorry": "yes"}},
            to="Choose",
            errors={"NoMatchingError": "Choose"},
        ),
        *QUEUED,
    ]


def queued_with(change: dict[str, str]) -> list[dict[str, Any]]:
    """Change routing priority or age, then queue."""
    return [act("Change", "UpdateContactRoutingBehavior", change, to="Choose"), *QUEUED]


def ask_for_keys() -> list[dict[str, Any]]:
    """Three keys are stored, then the queue."""
    parameters = {
        "Text": "Enter your number.",
        "InputTimeLimitSeconds": "5",
        "StoreInput": "True",
        "InputValidation": {"CustomValidation": {"MaximumLength": "3"}},
    }
    errors = {"NoMatchingError": "Bye"}
    return [act("Ask", "GetParticipantInput", parameters, to="Choose", errors=errors), *QUEUED]


def answer_with(house: House, actions: list[dict[str, Any]]) -> None:
    """Give the house's number this flow."""
    version = published(house, actions, kind="CONTACT_FLOW")
    PhoneNumber.objects.filter(e164=NUMBER).update(flow=version.flow)


def make_default(house: House, kind: str, actions: list[dict[str, Any]]) -> None:
    """Run this flow whenever none of its kind was set."""
    ContactFlow.objects.filter(kind=kind).update(is_default=False)
    version = published(house, actions, kind=kind)
    ContactFlow.objects.filter(pk=version.flow_id).update(is_default=True)


def published(house: House, actions: list[dict[str, Any]], *, kind: str) -> FlowVersion:
    content = {
        "Version": "2019-10-30",
        "StartAction": actions[0]["Identifier"],
        "Metadata": {},
        "Actions": actions,
    }
    flow = create_flow(instance=house.instance, name=f"Test {kind}", kind=kind, content=content)
    return publish(flow)
