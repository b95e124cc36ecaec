"""Actions that change the contact."""

from apps.flows.domain.actions.base import ONLY_NO_MATCH, FlowAction, action
from apps.flows.domain.context import Context
from apps.flows.domain.effects import (
    Effect,
    SetAttributes,
    SetHook,
    SetLogging,
    SetRecording,
    SetVoice,
)
from apps.flows.domain.fields import (
    BadParameterError,
    Choice,
    Flag,
    Kept,
    ListOf,
    MapOf,
    Mode,
    Ref,
    Text,
)
from apps.flows.domain.outcomes import Done, Fail, Outcome
from apps.flows.domain.params import Params, Values
from apps.flows.domain.types import (
    EVERY,
    HOOK_TYPES,
    INBOUND,
    NO_MATCH,
    OUTBOUND,
    QUEUE,
    TRANSFER,
)

ATTRIBUTES_BYTES = 32_768  # of all attributes of a contact


@action("UpdateContactAttributes", block="Set contact attributes", flow_types=EVERY)
class SetContactAttributes(FlowAction):
    """Set attributes, all or nothing. No contact has a related one here."""

    params = Params(
        Attributes=MapOf(Text(limit=ATTRIBUTES_BYTES, may_be_empty=True), required=True),
        TargetContact=Choice(("Current", "Related")),
    )
    errors = ONLY_NO_MATCH

    def start(self, context: Context, values: Values) -> Outcome:
        if values.get("TargetContact") == "Related":
            return Fail(NO_MATCH, "The contact has no related contact.")
        attributes = values["Attributes"]
        merged = {**context.attributes, **attributes}
        if sum(len(f"{name}{value}".encode()) for name, value in merged.items()) > ATTRIBUTES_BYTES:
            return Fail(NO_MATCH, "The contact's attributes would be larger than 32 KB.")
        return Done(effects=(SetAttributes(attributes),))


@action("UpdateContactEventHooks", block="Set event flow", flow_types=EVERY)
class SetEventHooks(FlowAction):
    """Name the flows for later moments of the contact."""

    params = Params(
        EventHooks=MapOf(Ref("flow"), names=frozenset(HOOK_TYPES)),
        EventHooksConfiguration=MapOf(
            Params(DisableExecution=Flag(required=True)), names=frozenset(HOOK_TYPES)
        ),
    )
    errors = ONLY_NO_MATCH

    def start(self, context: Context, values: Values) -> Outcome:
        configured = values.get("EventHooksConfiguration", {})
        disabled = tuple(
            SetHook(hook, flow=None, disabled=True)
            for hook, how in configured.items()
            if how.get("DisableExecution")
        )
        hooks = values.get("EventHooks", {}).items()
        effects: list[Effect] = [self._hook(context, hook, flow) for hook, flow in hooks]
        return Done(effects=(*effects, *disabled))

    @staticmethod
    def _hook(context: Context, hook: str, reference: str) -> SetHook:
        found = context.world.flow(reference)
        if found is None or found.type not in HOOK_TYPES[hook]:
            raise BadParameterError(f"{reference} is no published flow for {hook}.")
        return SetHook(hook, flow=found.flow)


@action(
    "UpdateContactRecordingBehavior",
    block="Set recording and analytics behavior",
    flow_types=INBOUND | TRANSFER | QUEUE | OUTBOUND,
)
class SetRecordingBehavior(FlowAction):
    """Who is recorded; the last one carried out wins. Analytics settings are kept, not used."""

    params = Params(
        RecordingBehavior=Params(
            required=True,
            RecordedParticipants=ListOf(Choice(("Agent", "Customer")), required=True),
            ScreenRecordedParticipants=Kept(),
            IVRRecordingBehavior=Choice(("Enabled", "Disabled")),
        ),
        AnalyticsBehavior=Kept(),
    )
    optional_errors = ONLY_NO_MATCH
    goes_on_after_error = True

    def start(self, context: Context, values: Values) -> Outcome:
        chosen = {name.lower() for name in values["RecordingBehavior"]["RecordedParticipants"]}
        return Done(effects=(SetRecording(tuple(sorted(chosen))),))


@action("UpdateFlowLoggingBehavior", block="Set logging behavior", flow_types=EVERY)
class SetLoggingBehavior(FlowAction):
    """Turn the flow log on or off."""

    params = Params(FlowLoggingBehavior=Choice(("Enabled", "Disabled"), required=True))

    def start(self, context: Context, values: Values) -> Outcome:
        return Done(effects=(SetLogging(values["FlowLoggingBehavior"] == "Enabled"),))


@action("UpdateContactTextToSpeechVoice", block="Set voice", flow_types=EVERY)
class SetVoiceAction(FlowAction):
    """The voice of all later speech."""

    params = Params(
        TextToSpeechVoice=Text(mode=Mode.ONE, required=True),
        TextToSpeechEngine=Text(mode=Mode.ONE),
        TextToSpeechStyle=Text(mode=Mode.ONE),
    )
    optional_errors = ONLY_NO_MATCH
    goes_on_after_error = True

    def start(self, context: Context, values: Values) -> Outcome:
        voice = values["TextToSpeechVoice"]
        if not voice:
            return Fail(NO_MATCH)
        engine, style = values.get("TextToSpeechEngine"), values.get("TextToSpeechStyle")
        return Done(effects=(SetVoice(voice, engine=engine, style=style),))
