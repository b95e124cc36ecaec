"""Which media leg an offer is for."""

from dataclasses import dataclass
from uuid import UUID

from apps.agents.models import Agent
from apps.contacts.domain.states import ConnectionKind, ConnectionState
from apps.contacts.models import Connection
from apps.contacts.services.media_facts import KEPT_FOR
from apps.contacts.services.rows import call_work
from apps.core import clock
from apps.core.errors import NotFound
from apps.core.unit_of_work import touch
from apps.voice.errors import StaleLeg

BACK_WITHIN = KEPT_FOR[ConnectionKind.AGENT]


@dataclass(frozen=True, slots=True)
class LegAddress:
    """Where to negotiate: the node's slot, and the call and the leg as it knows them."""

    call: str
    leg: str
    slot: str


def address_of(connection: Connection) -> LegAddress:
    call = connection.call
    return LegAddress(call=str(call.public_id), leg=connection.leg, slot=call.node)


def agent_leg(*, agent: Agent, connection_id: UUID, generation: int) -> LegAddress:
    """The leg of an agent's own live connection, for its first offer.

    A generation takes one offer. A second one comes from a reloaded page, another tab or a failed
    attempt: the connection gets a new generation, which the next snapshot names, and the old leg
    goes. An offer for any but the present generation is stale.
    """
    found = Connection.objects.filter(public_id=connection_id, agent=agent).first()
    if found is None:
        raise NotFound
    with call_work(found.call_id):
        connection = Connection.objects.select_related("call").get(pk=found.pk)
        if connection.state == ConnectionState.DISCONNECTED:
            raise NotFound
        is_fresh = connection.generation == generation and not connection.is_negotiated
        if is_fresh:
            connection.is_negotiated = True
        elif connection.generation == generation:
            connection.generation += 1
            connection.is_negotiated, connection.has_media = False, False
            # the lost leg says nothing any more, so the wait for the new one begins here
            connection.due_at = connection.due_at or clock.now() + BACK_WITHIN
        connection.save(update_fields=["generation", "is_negotiated", "has_media", "due_at"])
        touch("agent", agent.pk)
    if not is_fresh:
        raise StaleLeg
    return address_of(connection)
