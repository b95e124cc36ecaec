"""What the caller's page may ask for."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core import signing
from django.utils.translation import gettext_lazy as _

from apps.contacts.domain.shown import shown_to_caller
from apps.contacts.domain.states import ConnectionKind, ConnectionState
from apps.contacts.models import Connection
from apps.contacts.services import ending, inbound
from apps.core.errors import InvalidInput
from apps.core.text import is_storable
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.numbers.domain.e164 import parse_number
from apps.numbers.domain.errors import NumberError
from apps.voice.errors import CallOver
from apps.voice.services.signalling import LegAddress, address_of, caller_leg

ATTRIBUTE_NAME = re.compile(r"^[A-Za-z0-9_. -]{1,64}$")
ATTRIBUTES_AT_MOST = 20
VALUE_AT_MOST = 512
BYTES_AT_MOST = 8 * 1024  # of names and values; a contact has room for four times as much
RESUME = "connect.call.resume"  # salt: a signature made for anything else is none here
RESUME_WITHIN = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class CallersCall:
    """The call of a caller's socket, and how it stands. Methods run in the service pool."""

    instance: Instance
    contact: UUID
    connection: UUID
    connection_id: int
    address: LegAddress
    state: str
    generation: int
    needs_media: bool

    @property
    def resume_token(self) -> str:
        """Brings a page back to this call; worth nothing once the call is over."""
        return signing.dumps(str(self.connection), salt=RESUME)

    def leg(self, generation: int, socket: UUID) -> LegAddress:
        """Where the page's offer goes. Raises CallOver, StaleLeg."""
        with instance_scope(self.instance):
            return caller_leg(
                connection_id=self.connection_id, generation=generation, socket=socket
            )

    def hang_up(self, said_at: datetime | None = None) -> None:
        """The caller's `hang_up` message; done again, it changes nothing."""
        with instance_scope(self.instance):
            connection = Connection.objects.select_related("contact").get(pk=self.connection_id)
            ending.hang_up(contact=connection.contact, said_at=said_at)


def start_call(*, instance: Instance, request: dict[str, Any], address: str) -> CallersCall:
    """A caller's `call` message: `number`, `from`, `attributes`. Raises DomainError."""
    with instance_scope(instance):
        connection = inbound.start_web_call(
            instance=instance,
            number=_number(request.get("number"), instance=instance, field="number"),
            caller_number=_caller_number(request.get("from"), instance=instance),
            attributes=_attributes(request.get("attributes")),
            address=address,
        )
        return _call_of(connection)


def resume_call(*, instance: Instance, token: str) -> CallersCall:
    """The live call that the token was made for; any other token is CallOver, whatever is wrong."""
    try:
        connection_id = signing.loads(token, salt=RESUME, max_age=RESUME_WITHIN)
    except signing.BadSignature:
        raise CallOver from None
    with instance_scope(instance):
        connection = (
            Connection.objects.filter(public_id=connection_id, kind=ConnectionKind.CUSTOMER)
            .exclude(state=ConnectionState.DISCONNECTED)
            .select_related("contact", "call", "instance")
            .first()
        )
        if connection is None:
            raise CallOver
        return _call_of(connection)


def _call_of(connection: Connection) -> CallersCall:
    return CallersCall(
        instance=connection.instance,
        contact=connection.contact.public_id,
        connection=connection.public_id,
        connection_id=connection.pk,
        address=address_of(connection),
        state=shown_to_caller(connection.contact.state, connection.state),
        generation=connection.generation,
        needs_media=not connection.has_media,
    )


def _number(raw: object, *, instance: Instance, field: str) -> str:
    try:
        return parse_number(str(raw or ""), instance.country).e164
    except NumberError as error:
        raise InvalidInput(str(error), field=field, reason=error.code) from error


def _caller_number(raw: object, *, instance: Instance) -> str:
    return _number(raw, instance=instance, field="from") if raw else ""


def _attributes(raw: object) -> dict[str, str]:
    """Attributes set by the page: few, short, plainly named."""
    given = raw or {}
    if not isinstance(given, dict) or len(given) > ATTRIBUTES_AT_MOST:
        raise InvalidInput(field="attributes")
    for name, value in given.items():
        if not ATTRIBUTE_NAME.match(str(name)) or not _is_value(str(value)):
            raise InvalidInput(field="attributes")
    attributes = {str(name): str(value) for name, value in given.items()}
    if sum(len(f"{name}{value}".encode()) for name, value in attributes.items()) > BYTES_AT_MOST:
        raise InvalidInput(_("The attributes are larger than 8 KB."), field="attributes")
    return attributes


def _is_value(text: str) -> bool:
    return len(text) <= VALUE_AT_MOST and is_storable(text)
