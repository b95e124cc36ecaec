"""The only writer of quick connects (SR-092 to SR-098)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.core.errors import InvalidInput
from apps.core.unit_of_work import unit_of_work
from apps.flows.models import FlowType
from apps.instances.models import Instance
from apps.instances.saving import locked, note, save_named, take
from apps.instances.services.quotas import check_room
from apps.numbers.domain.e164 import parse_number
from apps.numbers.domain.errors import NumberError
from apps.numbers.errors import NumberRefused
from apps.numbers.models import PhoneNumber
from apps.routing.models import Queue, QuickConnect
from apps.routing.services.flow_choice import check_flow
from apps.users.models import User

_CHANGEABLE = frozenset({"name", "description", "kind", "user", "queue", "e164", "flow"})
_NEEDED: dict[str, frozenset[str]] = {
    QuickConnect.Kind.USER: frozenset({"user", "flow"}),
    QuickConnect.Kind.QUEUE: frozenset({"queue", "flow"}),
    QuickConnect.Kind.PHONE_NUMBER: frozenset({"e164"}),
}
FLOW_TYPES: dict[str, FlowType] = {
    QuickConnect.Kind.USER: FlowType.AGENT_TRANSFER,
    QuickConnect.Kind.QUEUE: FlowType.QUEUE_TRANSFER,
}


class QuickConnectNameTaken(InvalidInput):
    code = "QUICK_CONNECT_NAME_TAKEN"
    message = _("Another quick connect of this instance already has this name.")


class NotForThisType(InvalidInput):
    """Something of another type was given, such as a flow for a phone number (SR-098)."""

    code = "NOT_FOR_THIS_TYPE"
    message = _("This type of quick connect does not have that: leave it empty.")


class DestinationMissing(InvalidInput):
    code = "DESTINATION_MISSING"
    message = _("This type of quick connect needs it.")


class NotAnAgent(InvalidInput):
    """Also what is said of a user of another instance."""

    code = "NOT_AN_AGENT"
    message = _("Choose an agent of this instance.")


class NotAStandardQueue(InvalidInput):
    code = "NOT_A_STANDARD_QUEUE"
    message = _("To reach an agent, make a quick connect of the type “Agent”.")


class OwnNumber(InvalidInput):
    """A call to ourselves would come in again, and again."""

    code = "OWN_NUMBER"
    message = _("This is a number of this instance. Make a quick connect of the type “Queue”.")


def create_quick_connect(
    *,
    instance: Instance,
    name: str,
    kind: str,
    acting_user: User | None = None,
    **settings: Any,
) -> QuickConnect:
    """A destination; agents see it once it is put on a queue they serve.

    `settings` are those of `change_quick_connect`.
    """
    quick_connect = QuickConnect(instance=instance)
    with unit_of_work():
        check_room(instance, "quick_connects", QuickConnect.objects.all())
        take(quick_connect, {"name": name, "kind": kind, **settings}, allowed=_CHANGEABLE)
        _save(quick_connect)
        note("quick connect created", quick_connect, acting_user=acting_user)
    return quick_connect


def change_quick_connect(
    quick_connect: QuickConnect, *, acting_user: User | None = None, **changes: Any
) -> QuickConnect:
    """Change `name`, `description` or the destination: `kind` with its `user`, `queue` or `e164`,
    and the `flow` that a transfer runs.
    """
    with unit_of_work():
        fresh = locked(quick_connect, instance_first=True)
        take(fresh, changes, allowed=_CHANGEABLE)
        _save(fresh)
        note("quick connect changed", fresh, acting_user=acting_user)
    return fresh


def delete_quick_connect(quick_connect: QuickConnect, *, acting_user: User | None = None) -> None:
    """Delete it and take it from all queues; transfers that go on are not concerned."""
    with unit_of_work():
        fresh = locked(quick_connect)
        note("quick connect deleted", fresh, acting_user=acting_user)
        fresh.delete()


def _save(quick_connect: QuickConnect) -> None:
    _check_parts(quick_connect)
    if quick_connect.kind == QuickConnect.Kind.USER:
        _check_agent(quick_connect.user)
    elif quick_connect.kind == QuickConnect.Kind.QUEUE:
        _check_queue(quick_connect.queue)
    else:
        quick_connect.e164 = _outside(quick_connect.e164, instance=quick_connect.instance)
    if quick_connect.flow is not None:
        check_flow(quick_connect.flow, kind=FLOW_TYPES[quick_connect.kind], field="flow")
    save_named(quick_connect, among=QuickConnect.objects.all(), taken=QuickConnectNameTaken)


def _check_parts(quick_connect: QuickConnect) -> None:
    """Exactly what its type needs."""
    needed = _NEEDED.get(quick_connect.kind)
    if needed is None:
        raise InvalidInput(field="kind")
    for field in ("user", "queue", "e164", "flow"):
        given = getattr(quick_connect, field) or None
        if given and field not in needed:
            raise NotForThisType(field=field)
        if not given and field in needed:
            raise DestinationMissing(field=field)


def _check_agent(user: User | None) -> None:
    """Each agent has a queue of their own, and nobody else has; it is closed with the account."""
    own = Queue.objects.filter(kind=Queue.Kind.AGENT, user=user, is_enabled=True)
    if not own.exists():
        raise NotAnAgent(field="user")


def _check_queue(queue: Queue | None) -> None:
    if queue is None or queue.kind != Queue.Kind.STANDARD:
        raise NotAStandardQueue(field="queue")


def _outside(raw: str, *, instance: Instance) -> str:
    """The number in its canonical form; not one of this instance's own (T-05)."""
    try:
        e164 = parse_number(raw, instance.country).e164
    except NumberError as error:
        raise NumberRefused(error, field="e164") from None
    if PhoneNumber.objects.filter(e164=e164).exists():
        raise OwnNumber(field="e164")
    return e164
