"""After a start: calls whose audio died with the former process end, nobody stays stuck (R-12)."""

from datetime import datetime

from apps.contacts.domain.states import ConnectionKind, DisconnectReason
from apps.contacts.models import Call, Connection
from apps.contacts.services import ending
from apps.contacts.services.rows import call_work
from apps.core import clock
from apps.instances.scope import instance_scope, unscoped


def end_calls_before(started: datetime, *, node: str) -> int:
    """End every call that was on the node before it started anew; returns how many."""
    with unscoped("a node carries calls of all instances"):
        rows = Call.objects.filter(node=node, ended_at=None, created_at__lt=started)
        calls = list(rows.select_related("instance"))
    for call in calls:
        with instance_scope(call.instance):
            _end(call.pk)
    return len(calls)


def _end(call_id: int) -> None:
    with call_work(call_id) as call:
        customers = Connection.objects.filter(call=call, kind=ConnectionKind.CUSTOMER)
        for customer in customers.select_related("contact__instance"):
            ending.customer_left(
                customer,
                call=call,
                cause="media_node_restarted",
                reason=DisconnectReason.TELECOM,
                now=clock.now(),
            )
        ending.close_if_over(call, now=clock.now())
