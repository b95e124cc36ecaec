"""Callers for the bench: a contact on a call that no media node carries."""

from apps.contacts.domain.states import ConnectionKind
from apps.contacts.models import Call, Connection, Contact
from apps.core import clock
from apps.instances.models import Instance

NODE, NUMBER = "bench", "+12065550100"


def new_caller(instance: Instance, *, priority: int = 5) -> Contact:
    """Somebody who is in the flow; call it inside the instance's scope."""
    call = Call.objects.create(instance=instance, node=NODE)
    contact = Contact.objects.create(
        instance=instance,
        call=call,
        initiation=Contact.Initiation.INBOUND,
        system_number=NUMBER,
        priority=priority,
    )
    Connection.objects.create(
        instance=instance,
        call=call,
        contact=contact,
        kind=ConnectionKind.CUSTOMER,
        state_since=clock.now(),
    )
    return contact
