"""Actions that only decide which way to go."""

from typing import Final

from apps.flows.domain.actions.base import (
    EQUALS,
    ONLY_NO_CONDITION,
    ONLY_NO_MATCH,
    Conditions,
    FlowAction,
    action,
)
from apps.flows.domain.conditions import NULL, NUMBER_OPERATORS, OPERATORS
from apps.flows.domain.context import Context
from apps.flows.domain.fields import Choice, Int, Mode, Path, Ref
from apps.flows.domain.outcomes import Done, Fail, Outcome
from apps.flows.domain.params import Params, Values
from apps.flows.domain.paths import as_text
from apps.flows.domain.types import (
    EVERY,
    INBOUND,
    NO_CONDITION,
    NO_MATCH,
    OUTBOUND,
    QUEUE,
    TRANSFER,
)

OLDEST_AGE: Final = "OldestContactInQueueAgeSeconds"
METRICS: Final = (
    "NumberOfAgentsAvailable",
    "NumberOfAgentsStaffed",
    "NumberOfAgentsOnline",
    "NumberOfContactsInQueue",
    OLDEST_AGE,
)
GOES_ON: Final = "ContinueLooping"
LOOPED: Final = "DoneLooping"


@action("Compare", block="Check contact attributes", flow_types=EVERY)
class Compare(FlowAction):
    """Branch by the value of one reference."""

    params = Params(ComparisonValue=Path(required=True))
    errors = ONLY_NO_CONDITION
    conditions = Conditions(OPERATORS)

    def start(self, context: Context, values: Values) -> Outcome:
        value = values["ComparisonValue"]
        return Done(NULL if value is None else as_text(value))


@action(
    "CheckHoursOfOperation",
    block="Check hours of operation",
    flow_types=INBOUND | TRANSFER | QUEUE,
)
class CheckHours(FlowAction):
    """Branch by whether the hours, or those of the working queue, are open."""

    params = Params(HoursOfOperationId=Ref("hours"))
    errors = ONLY_NO_MATCH
    conditions = Conditions(EQUALS, frozenset({"True", "False"}), required=("True", "False"))

    def start(self, context: Context, values: Values) -> Outcome:
        hours = values.get("HoursOfOperationId")
        is_open = context.world.hours_open(hours, queue=context.target_queue)
        return Fail(NO_MATCH) if is_open is None else Done("True" if is_open else "False")


@action(
    "CheckMetricData",
    block="Check queue status / Check staffing",
    flow_types=INBOUND | TRANSFER | QUEUE,
)
class CheckMetric(FlowAction):
    """Branch by a live number of a queue or an agent."""

    params = Params(
        at_most_one=("QueueId", "AgentId"),
        MetricType=Choice(METRICS, required=True),
        QueueId=Ref("queue"),
        AgentId=Ref("agent"),
    )
    errors = (NO_MATCH, NO_CONDITION)
    conditions = Conditions(EQUALS | frozenset(NUMBER_OPERATORS))

    def start(self, context: Context, values: Values) -> Outcome:
        name, agent = values["MetricType"], values.get("AgentId")
        queue = values.get("QueueId") or (None if agent else context.target_queue)
        value = context.world.metric(name, queue=queue, agent=agent)
        if value is None:
            return Fail(NO_MATCH)
        # Despite its name the wire compares the age in milliseconds.
        return Done(value * 1000 if name == OLDEST_AGE else value)


@action("Loop", block="Loop", flow_types=EVERY)
class Loop(FlowAction):
    """Go round a number of times. The counter is the contact's, and starts over when done."""

    params = Params(LoopCount=Int(0, 100, Mode.ONE, required=True))
    optional_errors = ONLY_NO_MATCH
    conditions = Conditions(EQUALS, frozenset({GOES_ON, LOOPED}), required=(GOES_ON, LOOPED))

    def start(self, context: Context, values: Values) -> Outcome:
        counters, key = context.state["loops"], context.loop_key
        rounds = counters.pop(key, 0)
        if rounds >= values["LoopCount"]:
            return Done(LOOPED)
        counters[key] = rounds + 1
        return Done(GOES_ON)


@action(
    "DistributeByPercentage",
    block="Distribute by percentage",
    flow_types=INBOUND | TRANSFER | QUEUE | OUTBOUND,
)
class Distribute(FlowAction):
    """Branch by a random number from 1 to 100; the conditions hold cumulative bounds."""

    errors = ONLY_NO_CONDITION
    conditions = Conditions(frozenset({"NumberLessThan"}))

    def start(self, context: Context, values: Values) -> Outcome:
        return Done(int(context.world.random() * 100) + 1)
