"""The snapshot in the names of the embedding protocol, so that one view serves any host."""

from datetime import datetime
from typing import Any

from apps.agents.models import AgentStatus
from apps.ccp.facts import AgentFacts
from apps.contacts.domain.states import ConnectionKind, ConnectionState, OfferState
from apps.contacts.models import Connection
from apps.core.clock import iso
from apps.instances.arn import arn
from apps.routing.models import Queue

Json = dict[str, Any]

STATE_TYPE = {"ROUTABLE": "routable", "CUSTOM": "not_routable", "OFFLINE": "offline"}

# The effective state while an offer is held: (name, type).
_SYSTEM_STATE = {
    OfferState.RINGING: ("PendingBusy", "system"),
    OfferState.ACCEPTED: ("Joining", "system"),
    OfferState.CONNECTED: ("Busy", "system"),
    OfferState.ENDED: ("AfterCallWork", "system"),
    OfferState.MISSED: ("MissedCallAgent", "error"),
    OfferState.ERROR: ("FailedConnectAgent", "error"),
}
# There is no state for after contact work: it is "ended". A ringing inbound call is "connecting".
_CONTACT_STATE = {
    OfferState.RINGING: "connecting",
    OfferState.ACCEPTED: "connecting",
    OfferState.CONNECTED: "connected",
    OfferState.ENDED: "ended",
    OfferState.MISSED: "missed",
    OfferState.ERROR: "error",
}
_CONNECTION_TYPE = {
    ConnectionKind.AGENT: "agent",
    ConnectionKind.CUSTOMER: "inbound",
    ConnectionKind.THIRD_PARTY: "outbound",
    ConnectionKind.MONITOR: "monitoring",
}


def snapshot(facts: AgentFacts, *, now: datetime) -> Json:
    """`agent::update`'s snapshot."""
    agent = facts.agent
    return {
        "state": _state(facts),
        "nextState": _chosen(facts, agent.next_status, since=now) if agent.next_status else None,
        "agentAvailabilityState": {
            "state": agent.status.name,
            "timeStamp": iso(agent.status_since),
            "timestamp": iso(agent.status_since),
        },
        "contacts": [_contact(facts)] if facts.offer else [],
        "snapshotTimestamp": iso(now),
    }


def _state(facts: AgentFacts) -> Json:
    if facts.offer is None or facts.offer_state not in _SYSTEM_STATE:
        return _chosen(facts, facts.agent.status, since=facts.agent.status_since)
    name, kind = _SYSTEM_STATE[facts.offer_state]
    return {
        "agentStateARN": None,
        "name": name,
        "type": kind,
        "startTimestamp": iso(facts.offer.state_since),
    }


def _chosen(facts: AgentFacts, status: AgentStatus, *, since: datetime) -> Json:
    return {**_agent_state(facts, status), "startTimestamp": iso(since)}


def _agent_state(facts: AgentFacts, status: AgentStatus) -> Json:
    return {
        "agentStateARN": arn("agent-state", status.public_id, of=facts.agent.instance),
        "name": status.name,
        "type": STATE_TYPE[status.kind],
    }


def _contact(facts: AgentFacts) -> Json:
    offer, contact = facts.offer, facts.contact
    assert offer is not None and contact is not None
    assert facts.offer_state is not None
    state = {"type": _CONTACT_STATE[facts.offer_state], "timestamp": iso(offer.state_since)}
    return {
        "contactId": str(contact.public_id),
        "initialContactId": str(facts.initial_contact),
        "relatedContactId": None,
        "contactAssociationId": None,
        "type": "voice",
        "state": state,
        "status": state,
        "queue": _queue(facts, contact.queue) if contact.queue else None,
        "queueTimestamp": iso(contact.enqueued_at),
        "connections": _connections(facts),
        "attributes": {
            name: {"name": name, "value": value} for name, value in contact.attributes.items()
        },
        "initiationMethod": contact.initiation.lower(),
        "contactFeatures": {"multiPartyConferenceEnabled": False},
        "customerEndpoint": _endpoint(contact.customer_number),
        "connectSystemEndpoint": _endpoint(contact.system_number),
        "segmentAttributes": {"connect:Subtype": {"ValueString": "connect:Telephony"}},
        "name": None,
        "description": None,
        "references": None,
        "channelContext": None,
        "contactMetadata": None,
    }


def _connections(facts: AgentFacts) -> list[Json]:
    parties = [facts.connection, facts.customer]
    return [_connection(party, facts) for party in parties if party is not None]


def _connection(row: Connection, facts: AgentFacts) -> Json:
    kind = ConnectionKind(row.kind)
    is_agent = kind is ConnectionKind.AGENT
    number = "" if is_agent else row.contact.customer_number
    endpoint = _endpoint(number)
    return {
        "connectionId": str(row.public_id),
        "type": _CONNECTION_TYPE[kind],
        "initial": kind is ConnectionKind.CUSTOMER,
        "state": {"type": _connection_state(row, facts), "timestamp": iso(row.state_since)},
        "endpoint": endpoint,
        "address": endpoint,
        "softphoneMediaInfo": _media_info(facts) if is_agent else None,
        "mute": row.is_muted,
        "forcedMute": False,
        "quickConnectName": None,
        "monitoringInfo": None,
        "monitorCapabilities": None,
        "monitorStatus": None,
        "capabilities": None,
        "chatMediaInfo": None,
    }


def _connection_state(row: Connection, facts: AgentFacts) -> str:
    """Until both whispers have ended the host sees `connecting`, whatever the media does."""
    if row.state == ConnectionState.CONNECTED and facts.offer_state is OfferState.ACCEPTED:
        return "connecting"
    return str(row.state)


def _media_info(facts: AgentFacts) -> Json | None:
    if not facts.is_softphone:
        return None
    return {
        "callType": "audio_only",
        "autoAccept": facts.agent.auto_accept,
        "callConfigJson": None,
        "callContextToken": None,
        "mediaLegContextToken": None,
    }


def _endpoint(number: str) -> Json:
    return {
        "endpointARN": None,
        "endpointId": None,
        "type": "phone_number",
        "name": None,
        "phoneNumber": number,
        "agentLogin": None,
        "queue": None,
    }


def configuration(facts: AgentFacts) -> Json:
    """`agent::update`'s configuration: the same wherever the agent signs in (SR-003)."""
    agent, user = facts.agent, facts.agent.user
    return {
        "name": user.display_name,
        "username": user.username,
        "agentARN": arn("agent", agent.public_id, of=agent.instance),
        "softphoneEnabled": facts.is_softphone,
        "softphoneAutoAccept": agent.auto_accept,
        "extension": agent.desk_phone_number,
        "agentStates": [_agent_state(facts, status) for status in facts.statuses],
        "routingProfile": _routing_profile(facts),
        "permissions": [],
        "dialableCountries": [],
        "agentPreferences": {"LANGUAGE": (user.language or "en-US").replace("-", "_")},
        "voiceEnhancementMode": "NONE",
    }


def _routing_profile(facts: AgentFacts) -> Json:
    profile = facts.agent.routing_profile
    name = arn("routing-profile", profile.public_id, of=facts.agent.instance)
    return {
        "name": profile.name,
        "routingProfileARN": name,
        "routingProfileId": name,
        "channelConcurrencyMap": {"VOICE": 1, "CHAT": 0, "TASK": 0},
        "defaultOutboundQueue": _queue(facts, profile.default_outbound_queue),
        "queues": [_queue(facts, queue) for queue in profile.queues.order_by("name")],
    }


def _queue(facts: AgentFacts, queue: Queue) -> Json:
    is_own = queue.kind == Queue.Kind.AGENT
    name = arn("queue/agent" if is_own else "queue", queue.public_id, of=facts.agent.instance)
    return {"queueARN": name, "queueId": name, "name": None if is_own else queue.name}
