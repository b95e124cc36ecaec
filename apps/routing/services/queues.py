"""The only writer of queues."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as text
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Conflict, InvalidInput
from apps.core.new_rows import NewRows
from apps.core.unit_of_work import unit_of_work
from apps.flows.models import FlowType
from apps.instances.models import Instance
from apps.instances.saving import locked, note, save_named, take
from apps.instances.services.quotas import check_quota, check_room
from apps.routing.domain.capacity import may_be_maximum
from apps.routing.models import HoursOfOperation, Queue, QueueQuickConnect, QuickConnect
from apps.routing.selectors.queues import standard_queues
from apps.routing.services.flow_choice import check_flow
from apps.users.models import User

_CHANGEABLE = frozenset(
    {
        "name", "description", "hours", "max_contacts",
        "outbound_name", "outbound_number", "outbound_whisper",
    }
)  # fmt: skip


class QueueNameTaken(InvalidInput):
    code = "QUEUE_NAME_TAKEN"
    message = _("Another queue of this instance already has this name.")


class HoursMissing(InvalidInput):
    code = "HOURS_MISSING"
    message = _("Choose the hours of operation: every queue has some.")


class MaximumNotPossible(InvalidInput):
    """At least one call must fit outside a full queue."""

    code = "MAXIMUM_NOT_POSSIBLE"


class AgentsQueue(Conflict):
    """It is made, named and deleted with its user."""

    code = "AGENTS_QUEUE"
    message = _("This is the own queue of an agent. It comes and goes with its user.")


def create_queue(
    *,
    instance: Instance,
    name: str,
    hours: HoursOfOperation,
    acting_user: User | None = None,
    **settings: Any,
) -> Queue:
    """A standard queue, enabled; of use once a routing profile has it.

    `settings` are those of `change_queue`.
    """
    queue = Queue(instance=instance)
    with unit_of_work():
        check_room(instance, "queues", standard_queues())
        take(queue, {"name": name, "hours": hours, **settings}, allowed=_CHANGEABLE)
        _save(queue)
        note("queue created", queue, acting_user=acting_user)
    return queue


def change_queue(queue: Queue, *, acting_user: User | None = None, **changes: Any) -> Queue:
    """Change `name`, `description`, `hours`, `max_contacts` or what outbound calls show and run.

    Whether it is enabled needs another right: see `set_enabled`.
    """
    with unit_of_work():
        fresh = _standard(queue, instance_first=True)
        take(fresh, changes, allowed=_CHANGEABLE)
        _save(fresh)
        note("queue changed", fresh, acting_user=acting_user)
    return fresh


def set_enabled(queue: Queue, *, is_enabled: bool, acting_user: User | None = None) -> Queue:
    """Let the queue take contacts, or no more; those who wait in it are served all the same."""
    with unit_of_work():
        fresh = _standard(queue)
        if fresh.is_enabled != is_enabled:
            fresh.is_enabled = is_enabled
            fresh.save(update_fields=["is_enabled"])
            note(
                "queue enabled" if is_enabled else "queue disabled", fresh, acting_user=acting_user
            )
    return fresh


def set_quick_connects(
    queue: Queue, quick_connects: Iterable[QuickConnect], *, acting_user: User | None = None
) -> None:
    """Put these quick connects on the queue, and no others (SR-100)."""
    wanted = {each.pk: each for each in quick_connects}
    with unit_of_work():
        fresh = _standard(queue)
        # the last of them is one more than the others
        check_quota(fresh.instance, "quick_connects_per_queue", len(wanted) - 1)
        present = {row.quick_connect_id: row for row in fresh.placements.all()}
        for key in present.keys() - wanted.keys():
            present[key].delete()
        for key in wanted.keys() - present.keys():
            _put(wanted[key], on=fresh)
        note("quick connects put on queue", fresh, acting_user=acting_user)


def create_agent_queue(*, user: User, instance: Instance) -> Queue:
    """The user's own queue, made and deleted with the user; it has no hours."""
    queue = new_agent_queue(user, instance=instance)
    queue.save()
    return queue


def insert_agent_queues(queues: NewRows[Queue]) -> None:
    """The same for many, made by `new_agent_queue`; the caller records them."""
    queues.insert()


def new_agent_queue(user: User, *, instance: Instance) -> Queue:
    """Not saved."""
    return Queue(instance=instance, name=user.username, kind=Queue.Kind.AGENT, user=user)


def close_agent_queue(user: User) -> None:
    """Nothing comes into it any more; the row stays, because contacts were in it."""
    with unit_of_work():
        for queue in Queue.objects.filter(user=user):
            queue.is_enabled = False
            queue.save(update_fields=["is_enabled"])


def _put(quick_connect: QuickConnect, *, on: Queue) -> None:
    QueueQuickConnect.objects.create(
        instance_id=on.instance_id, queue=on, quick_connect=quick_connect
    )


def _standard(queue: Queue, *, instance_first: bool = False) -> Queue:
    """The locked row; agents' own queues are nobody's to edit."""
    fresh = locked(queue, instance_first=instance_first)
    if fresh.kind != Queue.Kind.STANDARD:
        raise AgentsQueue
    return fresh


def _save(queue: Queue) -> None:
    if queue.hours is None:
        raise HoursMissing(field="hours")
    if queue.outbound_whisper is not None:
        whisper = FlowType.OUTBOUND_WHISPER
        check_flow(queue.outbound_whisper, kind=whisper, field="outbound_whisper")
    _check_maximum(queue)
    save_named(queue, among=standard_queues(), taken=QueueNameTaken)


def _check_maximum(queue: Queue) -> None:
    quota = queue.instance.call_quota
    most = queue.max_contacts
    if most is not None and not may_be_maximum(most, concurrent_calls=quota):
        sentence = text(
            "Enter 1 to %(most)d, one less than this instance's concurrent calls, or nothing."
        )
        raise MaximumNotPossible(sentence % {"most": quota - 1}, field="max_contacts")
