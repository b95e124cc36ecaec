"""Words of the public Flow language: flow types and error types."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class FlowType(StrEnum):
    """What a flow is for. Fixed when the flow is created; the values are the wire names."""

    CONTACT_FLOW = "CONTACT_FLOW"
    CUSTOMER_QUEUE = "CUSTOMER_QUEUE"
    CUSTOMER_HOLD = "CUSTOMER_HOLD"
    CUSTOMER_WHISPER = "CUSTOMER_WHISPER"
    AGENT_HOLD = "AGENT_HOLD"
    AGENT_WHISPER = "AGENT_WHISPER"
    OUTBOUND_WHISPER = "OUTBOUND_WHISPER"
    AGENT_TRANSFER = "AGENT_TRANSFER"
    QUEUE_TRANSFER = "QUEUE_TRANSFER"


FlowTypes = frozenset[FlowType]

INBOUND: Final[FlowTypes] = frozenset({FlowType.CONTACT_FLOW})
QUEUE: Final[FlowTypes] = frozenset({FlowType.CUSTOMER_QUEUE})
TRANSFER: Final[FlowTypes] = frozenset({FlowType.AGENT_TRANSFER, FlowType.QUEUE_TRANSFER})
OUTBOUND: Final[FlowTypes] = frozenset({FlowType.OUTBOUND_WHISPER})
WHISPER: Final[FlowTypes] = OUTBOUND | {FlowType.CUSTOMER_WHISPER, FlowType.AGENT_WHISPER}
HOLD: Final[FlowTypes] = frozenset({FlowType.CUSTOMER_HOLD, FlowType.AGENT_HOLD})
EVERY: Final[FlowTypes] = frozenset(FlowType)

# The designer's spelling in Metadata.type.
METADATA_TYPES: Final[Mapping[str, FlowType]] = {
    "contactFlow": FlowType.CONTACT_FLOW,
    "customerQueue": FlowType.CUSTOMER_QUEUE,
    "customerHold": FlowType.CUSTOMER_HOLD,
    "customerWhisper": FlowType.CUSTOMER_WHISPER,
    "agentHold": FlowType.AGENT_HOLD,
    "agentWhisper": FlowType.AGENT_WHISPER,
    "outboundWhisper": FlowType.OUTBOUND_WHISPER,
    "agentTransfer": FlowType.AGENT_TRANSFER,
    "queueTransfer": FlowType.QUEUE_TRANSFER,
}

# Which flow types an event hook may name.
HOOK_TYPES: Final[Mapping[str, FlowTypes]] = {
    "CustomerQueue": QUEUE,
    "CustomerHold": frozenset({FlowType.CUSTOMER_HOLD}),
    "AgentHold": frozenset({FlowType.AGENT_HOLD}),
    "CustomerWhisper": frozenset({FlowType.CUSTOMER_WHISPER, FlowType.OUTBOUND_WHISPER}),
    "AgentWhisper": frozenset({FlowType.AGENT_WHISPER}),
    "CustomerRemaining": INBOUND,
    "DefaultAgentUI": INBOUND,
    "DisconnectAgentUI": INBOUND,
    "PauseContact": INBOUND,
    "ResumeContact": INBOUND,
}

NO_MATCH: Final = "NoMatchingError"
NO_CONDITION: Final = "NoMatchingCondition"
TIMED_OUT: Final = "InputTimeLimitExceeded"
AT_CAPACITY: Final = "QueueAtCapacity"
INVALID_PHONE: Final = "InvalidPhoneNumber"
# Ours: the run-time error of a flow that goes round without ever waiting.
LOOP_GUARD: Final = "LoopGuard"


def type_of_metadata(name: object) -> FlowType | None:
    """The flow type named by ``Metadata.type``; None when absent or unknown."""
    return METADATA_TYPES.get(name) if isinstance(name, str) else None
