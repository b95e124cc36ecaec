"""The first contacts of many queues in one statement: what the ORM cannot say.

Asked one by one, ten queues cost ten times the making of a statement, which is most of a pass. The
index `contact_waiting_heads` gives each queue's first ones without reading the rest.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from apps.contacts.domain.states import LIVE_OFFERS, ContactState
from apps.contacts.models import VOICE, Contact, Offer
from apps.routing.models import Queue

# What each database needs to take the first few rows for each row of another table.
_JOINS = {
    "postgresql": "CROSS JOIN LATERAL ({first}) AS head JOIN {contact} AS c ON c.id = head.id",
    "sqlite": "JOIN {contact} AS c ON c.id IN ({first})",
}
_FIRST = """
    SELECT w.id FROM {contact} AS w
    WHERE w.queue_id = q.id AND w.state = '{queued}' AND w.channel = '{voice}'
      AND w.enqueued_at <= ripe.since
      AND NOT EXISTS (SELECT 1 FROM {offer} AS o WHERE o.contact_id = w.id AND o.state IN ({live}))
    ORDER BY w.priority, w.effective_enqueued_at, w.id LIMIT {limit}
"""
_ALL = """
    WITH ripe(queue, since) AS (VALUES {ripe})
    SELECT c.id, c.public_id, c.enqueued_at, c.priority, c.age_adjustment_seconds,
      q.public_id AS queue_key
    FROM ripe JOIN {queue} AS q ON q.public_id = ripe.queue {join}
"""


def first_of_each(
    ripe: Sequence[tuple[UUID, datetime]], *, limit: int
) -> list[tuple[UUID, Contact]]:
    """Contacts that wait in a queue since that instant at the latest, `limit` for each pair.

    With the queue of each; a contact that rings at an agent is none of them.
    """
    if not ripe:
        return []
    names = {
        "contact": Contact._meta.db_table,
        "offer": Offer._meta.db_table,
        "queue": Queue._meta.db_table,
        "live": ", ".join(f"'{state}'" for state in LIVE_OFFERS),
        "queued": ContactState.QUEUED.value,
        "voice": VOICE,
        "limit": int(limit),
        "ripe": ", ".join([_pair()] * len(ripe)),
    }
    join = _JOINS[connection.vendor].format(**names, first=_FIRST.format(**names))
    params = [each for queue, since in ripe for each in (_key(queue), _instant(since))]
    rows = Contact.objects.raw(_ALL.format(**names, join=join), params)
    return [(UUID(str(row.__dict__["queue_key"])), row) for row in rows]


def _pair() -> str:
    return "(%s::uuid, %s::timestamptz)" if connection.vendor == "postgresql" else "(%s, %s)"


def _key(queue: UUID) -> Any:
    return Queue._meta.get_field("public_id").get_db_prep_value(queue, connection)


def _instant(at: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(at)
