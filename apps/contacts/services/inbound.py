"""A caller arrives."""

from apps.contacts import selectors
from apps.contacts.domain.states import ConnectionKind
from apps.contacts.errors import (
    CallPageOff,
    MisconfiguredNumber,
    TooManyCalls,
    TooManyCallsFromHere,
    UnknownNumber,
)
from apps.contacts.models import Call, Connection, Contact
from apps.contacts.services.nodes import node_with_most_room
from apps.contacts.services.offers import MEDIA_UP_WITHIN
from apps.contacts.services.rows import record
from apps.core import clock
from apps.core.unit_of_work import touch, unit_of_work
from apps.instances.models import Instance
from apps.numbers.models import PhoneNumber


def start_web_call(
    *,
    instance: Instance,
    number: str,
    caller_number: str,
    attributes: dict[str, str],
    address: str,
) -> Connection:
    """A call from the web page to one of the instance's numbers; its flow starts with the audio.

    `number` and `caller_number` are E.164, the latter may be empty. The instance's row is locked
    while the limits are counted, so two callers cannot both take the last line.
    """
    with unit_of_work():
        instance = Instance.objects.select_for_update(no_key=True).get(pk=instance.pk)
        _require_free_line(instance, address=address)
        phone = _number_in_service(number)
        return _begin(
            instance, phone, caller_number=caller_number, attributes=attributes, address=address
        )


def _require_free_line(instance: Instance, *, address: str) -> None:
    if not instance.web_call_enabled:
        raise CallPageOff
    if selectors.live_calls() >= min(instance.web_call_limit, instance.call_quota):
        raise TooManyCalls
    if selectors.live_calls_from(address) >= instance.web_call_limit_per_address:
        raise TooManyCallsFromHere


def _number_in_service(number: str) -> PhoneNumber:
    phone = PhoneNumber.objects.filter(e164=number).select_related("flow__published").first()
    if phone is None:
        raise UnknownNumber
    if phone.flow is None or phone.flow.published_id is None:
        raise MisconfiguredNumber
    return phone


def _begin(
    instance: Instance,
    phone: PhoneNumber,
    *,
    caller_number: str,
    attributes: dict[str, str],
    address: str,
) -> Connection:
    now = clock.now()
    node = node_with_most_room(now=now)
    call = Call.objects.create(
        instance=instance, node=node.slot, boot_id=node.boot_id, origin_address=address
    )
    contact = Contact.objects.create(
        instance=instance,
        call=call,
        initiation=Contact.Initiation.INBOUND,
        customer_number=caller_number,
        system_number=phone.e164,
        attributes=attributes,
        initiated_at=now,
    )
    contact.initial = contact
    contact.save(update_fields=["initial"])
    record(contact, "initiated", at=now, number=phone.e164)
    touch("call", call.pk)
    return Connection.objects.create(
        instance=instance,
        call=call,
        contact=contact,
        kind=ConnectionKind.CUSTOMER,
        state_since=now,
        is_negotiated=True,  # the call came with its offer
        due_at=now + MEDIA_UP_WITHIN,
    )
