"""Which media leg an offer is for."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import F

from apps.agents.models import Agent
from apps.contacts.domain.states import ConnectionState
from apps.contacts.models import Connection
from apps.contacts.services.rows import call_work
from apps.core.errors import NotFound
from apps.core.unit_of_work import touch


@dataclass(frozen=True, slots=True)
class LegAddress:
    """Where to negotiate: the call and the leg, as the media node knows them."""

    call: str
    leg: str


def address_of(connection: Connection) -> LegAddress:
    return LegAddress(call=str(connection.call.public_id), leg=connection.leg)


def agent_leg(*, agent: Agent, connection_id: UUID) -> LegAddress:
    """The leg of an agent's own live connection.

    A second offer comes from a reloaded page: it brings a new generation, and the old leg goes.
    """
    found = Connection.objects.filter(public_id=connection_id, agent=agent).first()
    if found is None:
        raise NotFound
    with call_work(found.call_id):
        connection = Connection.objects.select_related("call").get(pk=found.pk)
        if connection.state == ConnectionState.DISCONNECTED:
            raise NotFound
        if connection.has_media or connection.state != ConnectionState.CONNECTING:
            Connection.objects.filter(pk=found.pk).update(
                generation=F("generation") + 1, has_media=False
            )
            connection.refresh_from_db()
        touch("agent", agent.pk)
        return address_of(connection)
