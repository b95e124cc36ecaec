"""What the panel receives: one whole numbered snapshot, a view over rows (decisions 4 and 7).

`snapshot` and `configuration` have the field names of the embedding protocol, `panel` is what our
own page draws. Dates are ISO text; connection ids are stable per contact.
"""

from datetime import datetime
from typing import Any

from django.db.models import F

from apps.agents.models import Agent, AgentStatus
from apps.ccp import streams
from apps.ccp.contact_view import contact_view
from apps.ccp.facts import AgentFacts, agent_row, facts_of
from apps.contacts.domain.activity import activity
from apps.contacts.domain.permitted import permitted
from apps.contacts.domain.states import ConnectionState, OfferState
from apps.core import clock
from apps.core.bus import publish
from apps.core.clock import iso
from apps.instances.scope import instance_scope, unscoped
from apps.numbers.domain.e164 import display

Json = dict[str, Any]


def announce_agents(agent_ids: list[int]) -> None:
    """Flusher of `agent`: number a new snapshot of each and send it after commit."""
    for agent_id in agent_ids:
        with unscoped("the agents of one transaction may be of several instances"):
            Agent.objects.filter(pk=agent_id).update(snapshot_sequence=F("snapshot_sequence") + 1)
            agent = agent_row(agent_id)
        with instance_scope(agent.instance):
            publish(f"agent.{agent_id}", _message(agent))


def agent_message(agent_id: int) -> Json:
    """The whole message for one agent, as of now; inside the instance's scope."""
    return _message(agent_row(agent_id))


def _message(agent: Agent) -> Json:
    now = clock.now()
    facts = facts_of(agent)
    return {
        "type": "snapshot",
        "seq": facts.agent.snapshot_sequence,
        "now": iso(now),
        "snapshot": streams.snapshot(facts, now=now),
        "configuration": streams.configuration(facts),
        "panel": panel_view(facts),
        "panels": {str(panel.key): panel.has_audio for panel in facts.panels},
        "sockets": {str(panel.key): str(panel.socket) for panel in facts.panels},
    }


def for_tab(message: Json, *, key: str, socket: str) -> Json:
    """The message as one tab receives it: it alone knows whether it has the audio."""
    is_copied = was_copied(message, key=key, socket=socket)
    has_audio = message["panels"].get(key, False) and not is_copied
    panel = {**message["panel"], "hasAudio": has_audio}
    if not has_audio:
        panel["media"] = None
    rest = {name: value for name, value in message.items() if name not in ("panels", "sockets")}
    return {**rest, "panel": panel}


def was_copied(message: Json, *, key: str, socket: str) -> bool:
    """Whether the key is another socket's by now: that of a duplicate of this tab, as a rule.

    A server of the version before says nothing of sockets.
    """
    return bool(message.get("sockets", {}).get(key, socket) != socket)


def knows_tab(message: Json, *, key: str) -> bool:
    """Whether the tab was written down when the message was made."""
    return key in message["panels"]


def panel_view(facts: AgentFacts) -> Json:
    """What our page draws: `P` of docs/subsystems/panel.md."""
    agent, user, instance = facts.agent, facts.agent.user, facts.agent.instance
    return {
        "activity": activity(
            offer=facts.offer_state, is_held=facts.is_customer_held, status_kind=agent.status.kind
        ).value,
        "since": iso(_since(facts)),
        "statusName": agent.status.name,
        "nextStatus": _status(agent.next_status) if agent.next_status else None,
        "statuses": [_status(status) for status in facts.statuses],
        "user": {
            "name": user.display_name,
            "username": user.username,
            "theme": user.theme,
            "shortcuts": user.single_key_shortcuts,
            "language": user.language,
        },
        "phone": {
            "type": agent.phone_type,
            "number": display(agent.desk_phone_number),
            "isLocked": agent.is_phone_locked,
        },
        "instance": {"alias": instance.alias, "name": instance.name},
        "contact": contact_view(facts),
        "media": _media(facts),
        "permitted": list(permitted(facts.situation)),
    }


def _since(facts: AgentFacts) -> datetime:
    """When the shown activity began: its clock is that of the state, not of the call."""
    if facts.offer is None:
        return facts.agent.status_since
    if facts.is_customer_held and facts.customer is not None:
        return facts.customer.state_since
    if facts.offer.state == OfferState.CONNECTED and facts.offer.connected_at is not None:
        return facts.offer.connected_at
    return facts.offer.state_since


def _media(facts: AgentFacts) -> Json | None:
    connection = facts.connection
    if connection is None or connection.state == ConnectionState.DISCONNECTED:
        return None
    return {"connection": str(connection.public_id), "generation": connection.generation}


def _status(status: AgentStatus) -> Json:
    return {
        "id": str(status.public_id),
        "name": status.name,
        "type": streams.STATE_TYPE[status.kind],
    }
