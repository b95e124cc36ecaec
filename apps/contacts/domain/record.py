"""The contact record in the names of its public format (domain page, section 14).

A pure function of what happened: read twice, it is the same. Instants are UTC to the second,
durations whole seconds that have passed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from apps.contacts.domain.timeline import Segment

Json = dict[str, Any]

FORMAT_VERSION = "2017-03-10"
# What the format calls the states of a recording; while it is made it has none.
_RECORDING_STATUS = {"available": "AVAILABLE", "deleted": "DELETED"}
_PARTICIPANTS = {"agent": "Agent", "customer": "Customer"}


@dataclass(frozen=True, slots=True)
class Named:
    """Something with an identifier and the name it had then."""

    arn: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFacts:
    queue: Named
    enqueued_at: datetime
    dequeued_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentFacts:
    """The agent who talked with the customer, the holds, and the work afterwards."""

    arn: str
    username: str
    routing_profile: Named
    connected_at: datetime
    ended_at: datetime | None
    cleared_at: datetime | None
    holds: Sequence[Segment]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingFacts:
    """What became of a recording. `location` is its name in the storage, "" until there is one."""

    state: str
    is_partial: bool
    participants: tuple[str, ...]
    started_at: datetime
    stopped_at: datetime | None
    location: str
    deleted_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactFacts:
    """A contact that is complete, and when anything that the record tells changed last.

    Ids are text; numbers are E.164, "" for a caller without.
    """

    account: str
    instance_arn: str
    contact_id: str
    initial_id: str | None
    previous_id: str | None
    next_id: str | None
    channel: str
    initiation: str
    initiated_at: datetime
    connected_to_system_at: datetime | None
    disconnected_at: datetime | None
    changed_at: datetime
    disconnect_reason: str
    customer_number: str
    system_number: str
    attributes: Mapping[str, str]
    rings: int
    queue: QueueFacts | None
    agent: AgentFacts | None
    recording: RecordingFacts | None


def record_of(facts: ContactFacts) -> Json:
    """Every field of the format, None where nothing happened that it could tell."""
    recording = facts.recording
    return {
        "AWSAccountId": facts.account,
        "AWSContactTraceRecordFormatVersion": FORMAT_VERSION,
        "Agent": _agent(facts.agent) if facts.agent else None,
        "AgentConnectionAttempts": facts.rings,
        "Attributes": dict(facts.attributes),
        "Channel": facts.channel,
        "ConnectedToSystemTimestamp": _instant(facts.connected_to_system_at),
        "ContactId": facts.contact_id,
        "CustomerEndpoint": _endpoint(facts.customer_number),
        "DisconnectReason": facts.disconnect_reason or None,
        "DisconnectTimestamp": _instant(facts.disconnected_at),
        "InitialContactId": facts.initial_id,
        "InitiationMethod": facts.initiation,
        "InitiationTimestamp": _instant(facts.initiated_at),
        "InstanceARN": facts.instance_arn,
        "LastUpdateTimestamp": _instant(facts.changed_at),
        "MediaStreams": [{"Type": "AUDIO"}],
        "NextContactId": facts.next_id,
        "PreviousContactId": facts.previous_id,
        "Queue": _queue(facts.queue) if facts.queue else None,
        "Recording": _recording(recording) if recording else None,
        "Recordings": [_stored(recording)] if recording else [],
        "SystemEndpoint": _endpoint(facts.system_number),
        "TransferCompletedTimestamp": None,
        "TransferredToEndpoint": None,
    }


def _agent(agent: AgentFacts) -> Json:
    held = [segment.length(agent.ended_at or segment.start) for segment in agent.holds]
    on_hold = sum(held, timedelta())
    return {
        "ARN": agent.arn,
        "Username": agent.username,
        "RoutingProfile": _named(agent.routing_profile),
        "HierarchyGroups": None,
        "ConnectedToAgentTimestamp": _instant(agent.connected_at),
        "AgentInteractionDuration": _seconds(_between(agent.connected_at, agent.ended_at), on_hold),
        "CustomerHoldDuration": _seconds(on_hold),
        "LongestHoldDuration": _seconds(max(held, default=timedelta())),
        "NumberOfHolds": len(held),
        "AfterContactWorkStartTimestamp": _instant(agent.ended_at),
        "AfterContactWorkEndTimestamp": _instant(agent.cleared_at),
        "AfterContactWorkDuration": _seconds(_between(agent.ended_at, agent.cleared_at)),
    }


def _queue(facts: QueueFacts) -> Json:
    return {
        **_named(facts.queue),
        "EnqueueTimestamp": _instant(facts.enqueued_at),
        "DequeueTimestamp": _instant(facts.dequeued_at),
        "Duration": _seconds(_between(facts.enqueued_at, facts.dequeued_at)),
    }


def _recording(recording: RecordingFacts) -> Json:
    return {
        "Type": "AUDIO",
        "Status": _RECORDING_STATUS.get(recording.state),
        "Location": recording.location or None,
        "DeletionReason": recording.deleted_reason or None,
    }


def _stored(recording: RecordingFacts) -> Json:
    """One file holds both sides, so one participant is named only where one was recorded."""
    sides = [_PARTICIPANTS[name] for name in recording.participants if name in _PARTICIPANTS]
    return {
        "StorageType": "LOCAL",
        "Location": recording.location or None,
        "MediaStreamType": "AUDIO",
        "ParticipantType": sides[0] if len(sides) == 1 else "All",
        "StartTimestamp": _instant(recording.started_at),
        "StopTimestamp": _instant(recording.stopped_at),
        "Status": _RECORDING_STATUS.get(recording.state),
        "DeletionReason": recording.deleted_reason or None,
    }


def _named(row: Named) -> Json:
    return {"ARN": row.arn, "Name": row.name}


def _endpoint(number: str) -> Json | None:
    return {"Type": "TELEPHONE_NUMBER", "Address": number} if number else None


def _between(start: datetime | None, end: datetime | None) -> timedelta:
    return max(end - start, timedelta()) if start and end else timedelta()


def _seconds(length: timedelta, less: timedelta = timedelta()) -> int:
    return max(int((length - less).total_seconds()), 0)


def _instant(at: datetime | None) -> str | None:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None
