"""Several people at once: changed in steps, and locked in the one order of the house."""

from collections.abc import Callable, Iterable, Sequence

from django.utils.translation import ngettext

from apps.agents.models import Agent
from apps.core.errors import DomainError
from apps.core.unit_of_work import unit_of_work
from apps.instances.models import Instance
from apps.routing.models import Queue
from apps.users.models import User

AT_ONCE = 20  # people changed in one transaction
Lock = Callable[[Sequence[User]], None]


def lock_people(people: Sequence[User]) -> None:
    """Instance and agents before accounts and sessions: who goes offline ends sessions too.

    The agents in the order of their keys, as a routing pass takes them.
    """
    lock_instances(people)
    _lock_agents(people)


def lock_leaving(people: Sequence[User]) -> None:
    """As `lock_people`, and before the agents their own queues: a call enters one, then rings."""
    lock_instances(people)
    queues = Queue.objects.filter(user__in=people).select_for_update(no_key=True)
    list(queues.order_by("pk").values_list("pk"))
    _lock_agents(people)


def _lock_agents(people: Sequence[User]) -> None:
    agents = Agent.objects.filter(user__in=people).select_for_update(no_key=True)
    list(agents.order_by("pk").values_list("pk"))


def lock_instances(people: Sequence[User]) -> None:
    keys = {person.instance_id for person in people if person.instance_id is not None}
    instances = Instance.objects.filter(pk__in=keys).select_for_update(no_key=True)
    list(instances.order_by("pk").values_list("pk"))


def change_many(
    people: Iterable[User], change: Callable[[User], None], *, lock: Lock = lock_people
) -> None:
    """Change many, of each `AT_ONCE` all or none: nobody else waits for long.

    The refusal says at whom it failed, and how many are changed already. `lock` takes what the
    changes of a step will take, in the order of the house.
    """
    everybody = list(people)
    for done in range(0, len(everybody), AT_ONCE):
        try:
            _all_or_none(everybody[done : done + AT_ONCE], change, lock)
        except DomainError as refusal:
            if done:
                refusal.message = f"{refusal.message} {_said_of(done)}"
            raise


def _all_or_none(people: Sequence[User], change: Callable[[User], None], lock: Lock) -> None:
    with unit_of_work():
        lock(people)
        for person in people:
            try:
                change(person)
            except DomainError as refusal:
                refusal.message = f"{person}: {refusal.message}"
                raise


def _said_of(done: int) -> str:
    return (
        ngettext(
            "%d person of the list was changed before; nobody else was.",
            "The first %d people of the list were changed before; nobody else was.",
            done,
        )
        % done
    )
