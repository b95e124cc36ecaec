"""The states of the four rows that carry a conversation (architecture, decision 2)."""

from enum import StrEnum


class ContactState(StrEnum):
    """Where one segment of the customer's journey stands."""

    IN_FLOW = "in_flow"
    QUEUED = "queued"
    JOINED = "joined"
    ENDED = "ended"  # the conversation is over, an agent's work may not be
    COMPLETED = "completed"


class ConnectionKind(StrEnum):
    CUSTOMER = "customer"
    AGENT = "agent"
    THIRD_PARTY = "third_party"
    MONITOR = "monitor"


class ConnectionState(StrEnum):
    CONNECTING = "connecting"
    EARLY = "early"
    CONNECTED = "connected"
    HOLD = "hold"
    DISCONNECTED = "disconnected"


class OfferState(StrEnum):
    """`cleared` frees the agent; everything before it holds the voice slot."""

    RINGING = "ringing"
    ACCEPTED = "accepted"
    CONNECTED = "connected"
    ENDED = "ended"  # after contact work
    MISSED = "missed"
    ERROR = "error"
    CLEARED = "cleared"


LIVE_OFFERS = (OfferState.RINGING, OfferState.ACCEPTED, OfferState.CONNECTED)


class RunKind(StrEnum):
    """What a flow run is for; decides what its end means."""

    INBOUND = "inbound"
    CUSTOMER_QUEUE = "customer_queue"
    AGENT_WHISPER = "agent_whisper"
    CUSTOMER_WHISPER = "customer_whisper"
    CUSTOMER_HOLD = "customer_hold"
    AGENT_HOLD = "agent_hold"


class DisconnectReason(StrEnum):
    """As the contact record names them (domain page, section 4)."""

    CUSTOMER = "CUSTOMER_DISCONNECT"
    AGENT = "AGENT_DISCONNECT"
    THIRD_PARTY = "THIRD_PARTY_DISCONNECT"
    TELECOM = "TELECOM_PROBLEM"
    FLOW = "CONTACT_FLOW_DISCONNECT"
    OTHER = "OTHER"
