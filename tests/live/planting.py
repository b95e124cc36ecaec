"""A complete contact with a recording, put into a running server's data from outside.

Run as `manage.py shell -c "from tests.live.planting import plant; plant()"`; prints the
contact's id.
"""

import sys
from datetime import timedelta

from django.core.files.base import ContentFile

from apps.contacts.models import Call, Contact, ContactEvent
from apps.core import clock
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.recordings.models import Recording
from apps.recordings.storage import recordings_storage
from tests.browser.contact_samples import SECONDS
from tests.browser.tones import webm

KEY = "demo/CallRecordings/2026/11/22/planted.webm"


def plant() -> None:
    instance = Instance.objects.get(alias="demo")
    with instance_scope(instance):
        contact = _contact(instance)
        _history(contact)
        _recording(contact)
    sys.stdout.write(f"{contact.public_id}\n")


def _contact(instance: Instance) -> Contact:
    start = clock.now() - timedelta(minutes=5)
    end = start + timedelta(seconds=10 + SECONDS)
    return Contact.objects.create(
        instance=instance,
        call=Call.objects.create(instance=instance, node="planted", ended_at=end),
        initiation=Contact.Initiation.INBOUND,
        state="completed",
        customer_number="+442071838750",
        system_number="+12065550100",
        recorded=["agent", "customer"],
        initiated_at=start,
        disconnected_at=end,
        completed_at=end,
        disconnect_reason="CUSTOMER_DISCONNECT",
    )


def _history(contact: Contact) -> None:
    for kind, seconds in (("initiated", 0), ("connected_to_agent", 10), ("ended", 10 + SECONDS)):
        ContactEvent.objects.create(
            instance_id=contact.instance_id,
            contact=contact,
            kind=kind,
            at=contact.initiated_at + timedelta(seconds=seconds),
        )


def _recording(contact: Contact) -> None:
    body = webm(SECONDS)
    recordings_storage().save(KEY, ContentFile(body))
    Recording.objects.create(
        instance_id=contact.instance_id,
        contact=contact,
        participants=["agent", "customer"],
        state=Recording.State.AVAILABLE,
        started_at=contact.initiated_at + timedelta(seconds=10),
        stopped_at=contact.disconnected_at,
        key=KEY,
        duration_ms=int(SECONDS * 1000),
        size=len(body),
    )
