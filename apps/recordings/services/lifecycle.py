"""A recording's life while the call lasts: begun at the join, stopped at its end, or broken off."""

from datetime import datetime, timedelta
from uuid import UUID

from apps.contacts.models import Contact, Offer
from apps.contacts.selectors import agent_of
from apps.contacts.services.rows import call_work, record
from apps.core import clock
from apps.core import jobs as core_jobs
from apps.core.unit_of_work import touch
from apps.recordings import jobs
from apps.recordings.models import Recording
from apps.recordings.services.troubles import broken_off

# How long the last words of a media node are waited for; it says `closed` within milliseconds.
CLOSED_WITHIN = timedelta(seconds=30)


def begin(offer: Offer, now: datetime) -> None:
    """Agent and customer are joined: what the flow chose until now is recorded (SR-128)."""
    contact = offer.contact
    if not contact.recorded:
        return
    Recording.objects.create(
        instance_id=contact.instance_id,
        contact=contact,
        participants=sorted(contact.recorded),
        started_at=now,
    )
    record(contact, "recording_started", at=now, participants=sorted(contact.recorded))


def conversation_ended(contact: Contact, now: datetime) -> None:
    """The media node closes its files and says so; the file is made then, or soon without it.

    Soon from now on: the end (`now`) may be long past, when it was said late or found by a sweep.
    """
    Recording.objects.filter(contact=contact, state=Recording.State.RECORDING).update(
        state=Recording.State.STOPPED, stopped_at=now, due_at=clock.now() + CLOSED_WITHIN
    )


def closed(recording_id: UUID | str) -> None:
    """All journals are written to their end. Before the conversation's end it means nothing."""
    found = Recording.objects.filter(public_id=recording_id).select_related("contact").first()
    if found is None:
        return
    with call_work(found.contact.call_id):
        waiting = Recording.objects.filter(pk=found.pk, due_at__gt=clock.now(), attempts=0)
        over = (Recording.State.STOPPED, Recording.State.FAILED)
        if waiting.filter(state__in=over).update(due_at=clock.now()):
            core_jobs.enqueue(jobs.FINALISE, recording_id=found.pk)


def failed(recording_id: UUID | str, reason: str) -> None:
    """The node cannot write (`disk_full`, …): the call goes on, and everybody sees it (R-09).

    What was written until now is kept and becomes a partial recording.
    """
    found = Recording.objects.filter(public_id=recording_id).select_related("contact").first()
    if found is None:
        return
    with call_work(found.contact.call_id):
        now = clock.now()
        live = (Recording.State.RECORDING, Recording.State.STOPPED)
        rows = Recording.objects.filter(pk=found.pk, state__in=live)
        broken = {"is_partial": True, "error": reason[:300], "due_at": now + CLOSED_WITHIN}
        stopped_at = found.stopped_at or now
        if rows.update(state=Recording.State.FAILED, stopped_at=stopped_at, **broken):
            broken_off(found, reason=reason, now=now)
            agent = agent_of(found.contact)
            if agent is not None:
                touch("agent", agent.pk)
