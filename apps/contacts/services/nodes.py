"""The registry of media nodes: who lives, who has room, who is gone (architecture, decision 9)."""

from datetime import datetime, timedelta

from django.db.models import Count, Q

from apps.contacts.domain.nodes import Heartbeat
from apps.contacts.errors import NoMediaNode
from apps.contacts.models import Call, MediaNode
from apps.core.unit_of_work import unit_of_work
from apps.instances.scope import unscoped

# Control takes a silent node out of use within seconds. If control itself is away, calls go on to
# be placed where life was last seen, for so long.
FRESH = timedelta(seconds=15)


def heard(beat: Heartbeat, *, now: datetime) -> None:
    """Write down what a node says of itself; a new boot takes the slot over."""
    facts = {
        "seen_at": now,
        "lost_at": None,
        "calls": beat.calls,
        "capacity": beat.capacity,
        "is_draining": beat.is_draining,
        "address": beat.address,
    }
    with unit_of_work():
        same_boot = MediaNode.objects.filter(slot=beat.slot, boot_id=beat.boot_id)
        if not same_boot.update(**facts):
            MediaNode.objects.update_or_create(
                slot=beat.slot, defaults={**facts, "boot_id": beat.boot_id, "started_at": now}
            )


def lost(slot: str, *, now: datetime) -> bool:
    """The node is judged gone; False if that was known."""
    return bool(MediaNode.objects.filter(slot=slot, lost_at=None).update(lost_at=now))


def living() -> list[str]:
    """The slots of the nodes not known to be gone."""
    return list(MediaNode.objects.filter(lost_at=None).values_list("slot", flat=True))


def node_with_most_room(*, now: datetime) -> MediaNode:
    """Where the next call goes: fresh, not draining, below its capacity; raises NoMediaNode.

    The rows of calls are counted, not what the node said half a second ago.
    """
    fresh = MediaNode.objects.filter(lost_at=None, is_draining=False, seen_at__gt=now - FRESH)
    with unscoped("a media node carries calls of all instances"):
        counted = Call.objects.filter(ended_at=None, node__in=fresh.values("slot"))
        busy = dict(counted.values_list("node").annotate(Count("pk")))
    room = {node: node.capacity - busy.get(node.slot, 0) for node in fresh}
    best = max(room, key=lambda node: room[node], default=None)
    if best is None or room[best] <= 0:
        raise NoMediaNode
    return best


def without_node() -> list[Call]:
    """Live calls whose node is gone, or who never had one. Call it unscoped."""
    alive = Q()
    for slot, boot_id in MediaNode.objects.filter(lost_at=None).values_list("slot", "boot_id"):
        alive |= Q(node=slot, boot_id=boot_id)
    calls = Call.objects.filter(ended_at=None).select_related("instance")
    return list(calls.exclude(alive) if alive else calls)
