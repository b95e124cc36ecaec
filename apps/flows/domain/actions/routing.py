"""Actions that choose where the contact goes."""

from typing import Any

from apps.flows.domain.actions.base import ONLY_NO_MATCH, FlowAction, action
from apps.flows.domain.context import Context
from apps.flows.domain.effects import (
    AdjustAge,
    ChangePriority,
    Enqueue,
    SetTargetQueue,
    TransferToAgent,
)
from apps.flows.domain.events import Answer, Enqueued
from apps.flows.domain.fields import Int, Ref
from apps.flows.domain.outcomes import (
    QUEUED,
    RESUMED,
    TO_AGENT,
    Done,
    Fail,
    Jump,
    Outcome,
    Stop,
    Wait,
)
from apps.flows.domain.params import Params, Values
from apps.flows.domain.types import (
    AT_CAPACITY,
    INBOUND,
    NO_MATCH,
    OUTBOUND,
    QUEUE,
    TRANSFER,
    WHISPER,
)


@action("UpdateContactTargetQueue", block="Set working queue", flow_types=INBOUND | TRANSFER)
class SetWorkingQueue(FlowAction):
    """The queue that queue checks and Transfer to queue mean from now on."""

    params = Params(exactly_one=("QueueId", "AgentId"), QueueId=Ref("queue"), AgentId=Ref("agent"))
    errors = ONLY_NO_MATCH

    def start(self, context: Context, values: Values) -> Outcome:
        if "AgentId" in values:
            queue = context.world.agent_queue(values["AgentId"])
        else:
            queue = context.world.queue(values["QueueId"])
        return Done(effects=(SetTargetQueue(queue.id),)) if queue else Fail(NO_MATCH)


@action("TransferContactToQueue", block="Transfer to queue", flow_types=INBOUND | TRANSFER)
class TransferToQueue(FlowAction):
    """Queue the contact; this flow ends when that worked, the queue flow is next."""

    errors = (AT_CAPACITY, NO_MATCH)
    waits = True

    def start(self, context: Context, values: Values) -> Outcome:
        queue = context.target_queue
        if queue is None:
            return Fail(NO_MATCH, "No working queue is set.")
        return Wait((Enqueue(queue),), until=(Enqueued,))

    def resume(self, context: Context, memo: Any, event: Answer) -> Outcome:
        return Stop(QUEUED)


@action("TransferToFlow", block="Transfer to flow", flow_types=INBOUND | TRANSFER)
class TransferToFlow(FlowAction):
    """Go on in the version of another flow published now."""

    params = Params(ContactFlowId=Ref("flow", required=True))
    errors = ONLY_NO_MATCH

    def start(self, context: Context, values: Values) -> Outcome:
        flow = context.world.flow(values["ContactFlowId"])
        return Jump(flow) if flow else Fail(NO_MATCH)


@action("TransferContactToAgent", block="Transfer to agent", flow_types=TRANSFER)
class TransferToAgentAction(FlowAction):
    """Hand over to the agent of the quick connect."""

    terminal = True

    def start(self, context: Context, values: Values) -> Outcome:
        return Stop(TO_AGENT, effects=(TransferToAgent(),))


@action("EndFlowExecution", block="End flow / Resume", flow_types=QUEUE | WHISPER)
class EndFlow(FlowAction):
    """The flow ends, the contact lives on."""

    terminal = True

    def start(self, context: Context, values: Values) -> Outcome:
        return Stop(RESUMED)


@action(
    "UpdateContactRoutingBehavior",
    block="Change routing priority / age",
    flow_types=INBOUND | TRANSFER | QUEUE | OUTBOUND,
)
class ChangeRouting(FlowAction):
    """Move the contact within its queue."""

    params = Params(
        exactly_one=("QueuePriority", "QueueTimeAdjustmentSeconds"),
        QueuePriority=Int(1, 2**63 - 1),
        QueueTimeAdjustmentSeconds=Int(-999_999, 999_999),
    )
    optional_errors = ONLY_NO_MATCH
    goes_on_after_error = True

    def start(self, context: Context, values: Values) -> Outcome:
        if "QueuePriority" in values:
            return Done(effects=(ChangePriority(values["QueuePriority"]),))
        return Done(effects=(AdjustAge(values["QueueTimeAdjustmentSeconds"]),))
