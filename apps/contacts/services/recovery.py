"""A media node is gone: its calls move to another, and their parties come back there (R-02, R-12).

The same after a restart of a house in one process: the new boot is the other node.
"""

import logging
from datetime import datetime

from apps.contacts.domain.states import ConnectionKind, ConnectionState, ContactState
from apps.contacts.errors import NoMediaNode
from apps.contacts.models import Call, Connection, MediaNode
from apps.contacts.services import ending, nodes
from apps.contacts.services.media_facts import KEPT_FOR, MOVED
from apps.contacts.services.rows import call_work, record, tell_customer_line
from apps.core import clock
from apps.core.bus import publish
from apps.core.unit_of_work import touch
from apps.instances.scope import instance_scope, unscoped
from apps.media.desired import CallDesired

_log = logging.getLogger(__name__)


def move_calls() -> int:
    """Give every call whose node is gone to one with room; returns how many were touched.

    Where no node has room the call waits without one, and its parties' deadlines run.
    """
    with unscoped("a node carries calls of all instances"):
        calls = nodes.without_node()
    moved = 0
    for call in calls:
        try:
            moved += _move(call)
        except Exception:  # one broken call must not keep the others from moving
            _log.exception("A call could not be moved", extra={"call": str(call.public_id)})
    return moved


def _move(call: Call) -> bool:
    try:
        node = nodes.node_with_most_room(now=clock.now())
    except NoMediaNode:
        node = None
    if node is None and not call.node:
        return False
    with instance_scope(call.instance):
        return move_call(call, node=node)


def move_call(call: Call, *, node: MediaNode | None) -> bool:
    """Begin the call's audio anew on `node`; None: nowhere for now. False if it was too late.

    Each party gets a new leg to negotiate and as long to do so as after a reload. The former node
    is told that the call is over there; `epoch` keeps whatever it still says from being believed.
    """
    with call_work(call.pk) as locked:
        if locked.ended_at is not None or (locked.node, locked.boot_id) != (
            call.node,
            call.boot_id,
        ):
            return False
        now = clock.now()
        former = locked.node
        was_homeless = not former
        locked.node = node.slot if node is not None else ""
        locked.boot_id = node.boot_id if node is not None else ""
        locked.epoch += 1
        locked.event_sequence = locked.applied_version = 0
        locked.save(update_fields=["node", "boot_id", "epoch", "event_sequence", "applied_version"])
        if former and former != locked.node:
            _end_there(locked, slot=former)
        for connection in locked.connections.exclude(state=ConnectionState.DISCONNECTED):
            _call_back(connection, keeps_deadline=was_homeless, now=now)
        _note(locked, former=former, now=now)
        ending.close_if_over(locked, now=now)
    return True


def _end_there(call: Call, *, slot: str) -> None:
    """Version 0 of the new epoch: newer than all it knows, older than all that follow."""
    over = CallDesired(call=str(call.public_id), epoch=call.epoch, version=0, ended=True)
    publish(f"media.{slot}", {"kind": "desired", **over.to_dict()})


def _call_back(connection: Connection, *, keeps_deadline: bool, now: datetime) -> None:
    """A new leg; whoever waited for a node already does not wait longer than was said then."""
    if not (keeps_deadline and connection.due_at):
        kind = ConnectionKind(connection.kind)
        connection.due_at = now + KEPT_FOR.get(kind, KEPT_FOR[ConnectionKind.AGENT])
    connection.generation += 1
    connection.is_negotiated = connection.has_media = False
    connection.save(update_fields=["generation", "is_negotiated", "has_media", "due_at"])
    if connection.agent_id is not None:
        touch("agent", connection.agent_id)
    if connection.kind == ConnectionKind.CUSTOMER:
        tell_customer_line(connection)


def _note(call: Call, *, former: str, now: datetime) -> None:
    over = (ContactState.ENDED, ContactState.COMPLETED)
    for contact in call.contacts.exclude(state__in=over):
        record(contact, MOVED, at=now, former=former, node=call.node)
