"""What the caller's page may ask for."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.contacts.models import Connection
from apps.contacts.services import ending, inbound
from apps.core.errors import InvalidInput
from apps.core.text import is_storable
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.numbers.domain.e164 import parse_number
from apps.numbers.domain.errors import NumberError
from apps.voice.services.signalling import LegAddress, address_of

ATTRIBUTE_NAME = re.compile(r"^[A-Za-z0-9_. -]{1,64}$")
ATTRIBUTES_AT_MOST = 20
VALUE_AT_MOST = 512


@dataclass(frozen=True, slots=True)
class StartedCall:
    """What the caller's socket needs to go on."""

    instance: Instance
    contact: UUID
    connection: UUID
    connection_id: int
    address: LegAddress


def start_call(*, instance: Instance, request: dict[str, Any], address: str) -> StartedCall:
    """A caller's `call` message: `number`, `from`, `attributes`. Raises DomainError."""
    with instance_scope(instance):
        connection = inbound.start_web_call(
            instance=instance,
            number=_number(request.get("number"), instance=instance, field="number"),
            caller_number=_caller_number(request.get("from"), instance=instance),
            attributes=_attributes(request.get("attributes")),
            address=address,
        )
        return StartedCall(
            instance=instance,
            contact=connection.contact.public_id,
            connection=connection.public_id,
            connection_id=connection.pk,
            address=address_of(connection),
        )


def hang_up(*, instance: Instance, connection_id: int) -> None:
    """The caller's `hang_up` message."""
    with instance_scope(instance):
        connection = Connection.objects.select_related("contact").get(pk=connection_id)
        ending.hang_up(contact=connection.contact)


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
    return {str(name): str(value) for name, value in given.items()}


def _is_value(text: str) -> bool:
    return len(text) <= VALUE_AT_MOST and is_storable(text)
