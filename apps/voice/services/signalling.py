"""Which media leg an offer is for: one rule for the agent's page and the caller's."""

from dataclasses import dataclass
from uuid import UUID

from apps.agents.models import Agent
from apps.contacts.domain.states import ConnectionKind, ConnectionState
from apps.contacts.models import Connection
from apps.contacts.services.media_facts import KEPT_FOR
from apps.contacts.services.rows import call_work
from apps.core import clock
from apps.core.bus import publish
from apps.core.errors import NotFound
from apps.core.unit_of_work import touch
from apps.voice.errors import CallOver, StaleLeg


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
    """The leg of an agent's own live connection, for its first offer. Raises NotFound, StaleLeg."""
    found = Connection.objects.filter(public_id=connection_id, agent=agent).first()
    if found is None:
        raise NotFound
    with call_work(found.call_id):
        connection = _live(found)
        if connection is None:
            raise NotFound
        is_fresh = _take_offer(connection, generation=generation)
        touch("agent", agent.pk)
    return _leg(connection, is_fresh=is_fresh)


def caller_leg(*, connection_id: int, generation: int, socket: UUID) -> LegAddress:
    """The leg of a caller, for its first offer; the socket that offers has the call from now on.

    Raises CallOver, StaleLeg. Other sockets of the call (a duplicated tab) are told `claimed`.
    """
    found = Connection.objects.get(pk=connection_id)
    with call_work(found.call_id):
        connection = _live(found)
        if connection is None:
            raise CallOver
        is_fresh = _take_offer(connection, generation=generation)
        publish(f"customer.{connection.public_id}", {"claimed": str(socket)})
    return _leg(connection, is_fresh=is_fresh)


def _live(found: Connection) -> Connection | None:
    connection = Connection.objects.select_related("call").get(pk=found.pk)
    return None if connection.state == ConnectionState.DISCONNECTED else connection


def _take_offer(connection: Connection, *, generation: int) -> bool:
    """Whether the offer is the first one of the present generation; call it with the call locked.

    A generation takes one offer. A second one comes from a reloaded page, another tab, another
    network or a failed attempt: the connection gets a new generation, which the page is told, and
    the old leg goes. An offer for any but the present generation changes nothing.
    """
    if connection.generation != generation:
        return False
    is_fresh = not connection.is_negotiated
    if is_fresh:
        connection.is_negotiated = True
    else:
        connection.generation += 1
        connection.is_negotiated, connection.has_media = False, False
        # the lost leg says nothing any more, so the wait for the new one begins here
        back_within = KEPT_FOR[ConnectionKind(connection.kind)]
        connection.due_at = connection.due_at or clock.now() + back_within
    connection.save(update_fields=["generation", "is_negotiated", "has_media", "due_at"])
    return is_fresh


def _leg(connection: Connection, *, is_fresh: bool) -> LegAddress:
    """After the commit, so that the new generation outlives the refusal."""
    if not is_fresh:
        raise StaleLeg(generation=connection.generation)
    return address_of(connection)
