"""Get customer input and Store customer input: two blocks, one wire type."""

from typing import Any, Final

from apps.flows.domain.actions.base import EQUALS, Conditions, ErrorRule, FlowAction, action
from apps.flows.domain.actions.prompts import KINDS, PROMPT, items
from apps.flows.domain.context import Context
from apps.flows.domain.effects import Collect
from apps.flows.domain.events import Answer, Digits, TimedOut
from apps.flows.domain.fields import Choice, Flag, Int, Kept, Mode, Text
from apps.flows.domain.outcomes import Done, Fail, Outcome, Wait
from apps.flows.domain.params import Params, Values
from apps.flows.domain.phone import international
from apps.flows.domain.types import (
    INBOUND,
    INVALID_PHONE,
    NO_CONDITION,
    NO_MATCH,
    QUEUE,
    TIMED_OUT,
    TRANSFER,
)

KEYS: Final = frozenset("0123456789*#")
# What Store customer input stores when nothing was typed.
NOTHING_TYPED: Final = "Timeout"
INTERDIGIT_SECONDS: Final = 5
PHONE_DIGITS: Final = 20
# The public text says 180, but exports in use hold 300.
LONGEST_SECONDS: Final = 300


@action("GetParticipantInput", block="Get customer input", flow_types=INBOUND | TRANSFER | QUEUE)
class GetInput(FlowAction):
    """One key chooses a branch, or (StoreInput) several keys are stored."""

    params = PROMPT.extended(
        at_most_one=KINDS,
        InputTimeLimitSeconds=Int(1, LONGEST_SECONDS, required=True),
        StoreInput=Flag(),
        InputValidation=Params(
            exactly_one=("CustomValidation", "PhoneNumberValidation"),
            CustomValidation=Params(MaximumLength=Int(1, 20, required=True)),
            PhoneNumberValidation=Params(
                NumberFormat=Choice(("Local", "E164"), required=True),
                CountryCode=Text(mode=Mode.STATIC),
            ),
        ),
        InputEncryption=Kept(),
        DTMFConfiguration=Params(
            InputTerminationSequence=Text(mode=Mode.STATIC),
            DisableCancelKey=Flag(),
            InterdigitTimeLimitSeconds=Int(1, 20),
            MaxDigits=Int(1, 20),
        ),
    )
    waits = True

    def errors_for(self, parameters: Values) -> ErrorRule:
        if not stores(parameters):
            return ErrorRule((NO_CONDITION, TIMED_OUT, NO_MATCH))
        phone = isinstance(parameters.get("InputValidation"), dict) and (
            "PhoneNumberValidation" in parameters["InputValidation"]
        )
        return ErrorRule((NO_MATCH, INVALID_PHONE) if phone else (NO_MATCH,))

    def conditions_for(self, parameters: Values) -> Conditions | None:
        return None if stores(parameters) else Conditions(EQUALS, KEYS)

    def start(self, context: Context, values: Values) -> Outcome:
        if "InputEncryption" in values:
            # Never keep in the clear what was meant to be secret.
            return Fail(NO_MATCH, "Encrypted input is not supported here.")
        prompt = items(context, values)
        store = values.get("StoreInput", False)
        ask = _store(values) if store else _menu(values)
        memo = {"store": store, "phone": _phone(values)}
        return Wait((Collect(prompt, **ask),), until=(Digits, TimedOut), memo=memo)

    def resume(self, context: Context, memo: Any, event: Answer) -> Outcome:
        typed = event.value if isinstance(event, Digits) else ""
        if memo["store"]:
            return _keep(context, memo["phone"], typed)
        return Done(typed) if typed else Fail(TIMED_OUT)


def stores(parameters: Values) -> bool:
    """Whether written parameters are those of the Store customer input block."""
    return str(parameters.get("StoreInput", "False")).lower() == "true"


def _menu(values: Values) -> dict[str, Any]:
    seconds = values["InputTimeLimitSeconds"]
    return {"max_digits": 1, "first_timeout": seconds, "inter_timeout": seconds}


def _store(values: Values) -> dict[str, Any]:
    keypad = values.get("DTMFConfiguration", {})
    custom = values.get("InputValidation", {}).get("CustomValidation", {})
    return {
        "max_digits": custom.get("MaximumLength", PHONE_DIGITS),
        "first_timeout": values["InputTimeLimitSeconds"],
        "inter_timeout": keypad.get("InterdigitTimeLimitSeconds", INTERDIGIT_SECONDS),
        "terminator": keypad.get("InputTerminationSequence", "#"),
        "cancel": not keypad.get("DisableCancelKey", False),
    }


def _phone(values: Values) -> dict[str, Any] | None:
    found: dict[str, Any] | None = values.get("InputValidation", {}).get("PhoneNumberValidation")
    return found


def _keep(context: Context, phone: dict[str, Any] | None, typed: str) -> Outcome:
    if typed and phone:
        country = phone.get("CountryCode") if phone["NumberFormat"] == "Local" else None
        number = international(typed, country=country)
        if number is None:
            return Fail(INVALID_PHONE)
        typed = number
    context.state["stored_input"] = typed or NOTHING_TYPED
    return Done()
