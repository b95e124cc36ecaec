"""The only writer of routing profiles and of what they serve. Each change is effective at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as text
from django.utils.translation import gettext_lazy as _

from apps.core.errors import InvalidInput
from apps.core.unit_of_work import touch, unit_of_work
from apps.instances.models import Instance
from apps.instances.saving import check_fields, locked, note, save_named, take
from apps.instances.services.quotas import check_quota, check_room
from apps.routing.models import Queue, RoutingProfile, RoutingProfileQueue
from apps.users.models import User

_CHANGEABLE = frozenset({"name", "description", "default_outbound_queue"})


class RoutingProfileNameTaken(InvalidInput):
    code = "ROUTING_PROFILE_NAME_TAKEN"
    message = _("Another routing profile of this instance already has this name.")


class QueueTwice(InvalidInput):
    """The message names it."""

    code = "QUEUE_TWICE"


class QueueDisabled(InvalidInput):
    """The message names it."""

    code = "QUEUE_DISABLED"


class NotForProfiles(InvalidInput):
    """An agent's own queue is served by that agent without being in a profile."""

    code = "NOT_FOR_PROFILES"
    message = _("The own queue of an agent cannot be part of a routing profile.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A queue as a profile serves it: priority 1 comes first, the delay is a minimum age."""

    queue: Queue
    priority: int = 1
    delay_seconds: int = 0
    channel: str = RoutingProfileQueue.Channel.VOICE

    @property
    def key(self) -> tuple[int, str]:
        return self.queue.pk, self.channel


def create_routing_profile(
    *,
    instance: Instance,
    name: str,
    description: str,
    outbound: Queue,
    entries: Sequence[Entry] = (),
    acting_user: User | None = None,
) -> RoutingProfile:
    """A profile that serves the queues of `entries`."""
    profile = RoutingProfile(instance=instance, name=name, description=description)
    with unit_of_work():
        check_room(instance, "routing_profiles", RoutingProfile.objects.all())
        _dial_out_with(profile, outbound)
        _save(profile)
        set_entries(profile, entries, acting_user=acting_user)
        note("routing profile created", profile, acting_user=acting_user)
    return profile


def change_routing_profile(
    profile: RoutingProfile, *, acting_user: User | None = None, **changes: Any
) -> RoutingProfile:
    """Change `name`, `description` or `default_outbound_queue`."""
    with unit_of_work():
        fresh = locked(profile, instance_first=True)
        outbound = changes.get("default_outbound_queue", fresh.default_outbound_queue)
        if outbound != fresh.default_outbound_queue:
            _dial_out_with(fresh, outbound)
        take(fresh, changes, allowed=_CHANGEABLE)
        _save(fresh)
        note("routing profile changed", fresh, acting_user=acting_user)
    return fresh


def set_entries(
    profile: RoutingProfile, entries: Sequence[Entry], *, acting_user: User | None = None
) -> None:
    """Serve these queues and no others, with those who wait in them."""
    _refuse_twice(entries)
    wanted = {entry.key: entry for entry in entries}
    with unit_of_work():
        locked(profile)
        present = {(row.queue_id, row.channel): row for row in profile.entries.all()}
        for key in present.keys() - wanted.keys():
            remove_entry(present[key])
        for key, entry in wanted.items():
            _serve(profile, entry, present.get(key))
        touch("routing", profile.instance_id)
        note("queues of routing profile set", profile, acting_user=acting_user)


def add_queue(
    profile: RoutingProfile, *, queue: Queue, priority: int, delay_seconds: int
) -> RoutingProfileQueue:
    """Serve a queue by the profile, those who wait in it included."""
    with unit_of_work():
        instance = locked(profile).instance
        check_quota(instance, "queues_per_routing_profile", profile.entries.count())
        _refuse_unfit(queue, field="entries")
        entry = RoutingProfileQueue(
            instance_id=profile.instance_id,
            profile=profile,
            queue=queue,
            priority=priority,
            delay_seconds=delay_seconds,
        )
        _save_entry(entry)
        touch("routing", profile.instance_id)
    return entry


def change_entry(entry: RoutingProfileQueue, *, priority: int, delay_seconds: int) -> None:
    """Another priority and delay, for those who wait as well."""
    with unit_of_work():
        entry.priority, entry.delay_seconds = priority, delay_seconds
        _save_entry(entry)
        touch("routing", entry.instance_id)


def remove_entry(entry: RoutingProfileQueue) -> None:
    """Serve the queue no more by this profile; what rings already goes on."""
    with unit_of_work():
        entry.delete()


def _serve(profile: RoutingProfile, entry: Entry, row: RoutingProfileQueue | None) -> None:
    priority, delay = entry.priority, entry.delay_seconds
    if row is None:
        add_queue(profile, queue=entry.queue, priority=priority, delay_seconds=delay)
    elif (row.priority, row.delay_seconds) != (priority, delay):
        change_entry(row, priority=priority, delay_seconds=delay)


def _dial_out_with(profile: RoutingProfile, queue: Queue) -> None:
    _refuse_unfit(queue, field="default_outbound_queue")
    profile.default_outbound_queue = queue


def _save(profile: RoutingProfile) -> None:
    save_named(profile, among=RoutingProfile.objects.all(), taken=RoutingProfileNameTaken)


def _save_entry(entry: RoutingProfileQueue) -> None:
    try:
        check_fields(entry)
        with transaction.atomic():
            entry.save()
    except InvalidInput as refusal:
        raise InvalidInput(f"{entry.queue}: {refusal}", field="entries") from None
    except IntegrityError:
        raise _twice(entry.queue) from None


def _refuse_twice(entries: Sequence[Entry]) -> None:
    keys = [entry.key for entry in entries]
    for entry in entries:
        if keys.count(entry.key) > 1:
            raise _twice(entry.queue)


def _twice(queue: Queue) -> QueueTwice:
    sentence = text("%(queue)s is there twice; a routing profile has each queue once.")
    return QueueTwice(sentence % {"queue": queue.name}, field="entries")


def _refuse_unfit(queue: Queue, *, field: str) -> None:
    if queue.kind != Queue.Kind.STANDARD:
        raise NotForProfiles(field=field)
    if not queue.is_enabled:
        sentence = text("%(queue)s is disabled. Enable it before you add it to a routing profile.")
        raise QueueDisabled(sentence % {"queue": queue.name}, field=field)
