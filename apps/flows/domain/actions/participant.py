"""Actions that play to a participant or let it go."""

from typing import Any

from apps.flows.domain.actions.base import EQUALS, Conditions, FlowAction, action
from apps.flows.domain.actions.prompts import PROMPT, items
from apps.flows.domain.context import Context
from apps.flows.domain.effects import Disconnect, LoopPlay, Play, StopPlaying
from apps.flows.domain.events import Answer, LoopInterrupted, PlayEnded, TimedOut
from apps.flows.domain.fields import Flag, Int, ListOf
from apps.flows.domain.outcomes import DISCONNECTED, Done, Outcome, Stop, Wait
from apps.flows.domain.params import Params, Values
from apps.flows.domain.types import HOLD, INBOUND, NO_MATCH, QUEUE, TRANSFER, WHISPER

MESSAGES_INTERRUPTED = "MessagesInterrupted"


@action("MessageParticipant", block="Play prompt", flow_types=INBOUND | TRANSFER | WHISPER | QUEUE)
class PlayPrompt(FlowAction):
    """Play once and go on when it was heard."""

    params = PROMPT
    optional_errors = (NO_MATCH,)
    goes_on_after_error = True
    waits = True

    def start(self, context: Context, values: Values) -> Outcome:
        prompt = items(context, values)
        return Wait((Play(prompt),), until=(PlayEnded,)) if prompt else Done()

    def resume(self, context: Context, memo: Any, event: Answer) -> Outcome:
        return Done()


@action("MessageParticipantIteratively", block="Loop prompts", flow_types=QUEUE | HOLD)
class LoopPrompts(FlowAction):
    """Play round and round; this is where queue and hold flows rest."""

    params = Params(
        Messages=ListOf(PROMPT, least=1, required=True),
        InterruptFrequencySeconds=Int(1, 86400),
        ContinueMessagingDuringInterrupt=Flag(),
    )
    optional_errors = (NO_MATCH,)
    conditions = Conditions(EQUALS, frozenset({MESSAGES_INTERRUPTED}))
    next_optional = True
    waits = True

    def start(self, context: Context, values: Values) -> Outcome:
        prompts = tuple(item for each in values["Messages"] for item in items(context, each))
        seconds = values.get("InterruptFrequencySeconds")
        ways = context.action.transitions
        if not (ways.conditions or ways.next):
            seconds = None  # nowhere to go when interrupted: rest here
        goes_on = values.get("ContinueMessagingDuringInterrupt", False)
        return Wait(
            (LoopPlay(prompts, seconds),),
            until=(LoopInterrupted, TimedOut),
            wake_seconds=seconds,
            memo={"goes_on": goes_on},
        )

    def resume(self, context: Context, memo: Any, event: Answer) -> Outcome:
        silence = () if memo["goes_on"] else (StopPlaying(),)
        return Done(MESSAGES_INTERRUPTED, effects=silence)


@action(
    "DisconnectParticipant", block="Disconnect / hang up", flow_types=INBOUND | TRANSFER | QUEUE
)
class HangUp(FlowAction):
    """The participant leaves."""

    terminal = True

    def start(self, context: Context, values: Values) -> Outcome:
        return Stop(DISCONNECTED, effects=(Disconnect(),))
