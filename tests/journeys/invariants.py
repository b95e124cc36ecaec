"""What must be true of a house after every step (R-12, R-21): its own checks, and the node."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection

from apps.alarms import checks
from apps.alarms.checks import Check
from apps.contacts.models import Call
from apps.voice.services.desired import desired_state
from tests.journeys.house import NotingNode

Statement = tuple[str, tuple[Any, ...]]


def breaches(node: NotingNode) -> list[str]:
    """One sentence for each broken rule; call it inside the instance's scope."""
    return [*damages(), *_node(node)]


def damages() -> list[str]:
    """What the product's own checks find, those of the whole history included."""
    return _found_by(checks.registered())


def _found_by(asked: Iterable[Check]) -> list[str]:
    return [f"{check.code}: {each.sentence}" for check in asked for each in check.find()]


class QuickChecks:
    """The same checks for those who ask after each of a million steps: their SQL, made once.

    Nine tenths of the time of `damages` go into making SQL that never changes. A check that names
    an instant, or asks for more than damaged rows, is carried out anew each time.
    """

    def __init__(self) -> None:
        self._live: list[Check] = []
        made: list[Statement] = []
        for check in checks.registered():
            statements = _statements_of(check)
            if all(_is_lasting(statement) for statement in statements):
                made += statements
            else:
                self._live.append(check)
        self._statements = [(_asking_only_whether(sql), params) for sql, params in made]

    def breaches(self, node: NotingNode) -> list[str]:
        """As the function of that name; the sentences are only looked for when there are any."""
        found = _found_by(checks.registered() if self._is_damaged() else self._live)
        return [*found, *_node(node)]

    def _is_damaged(self) -> bool:
        """One by one: of a union of all, SQLite makes the whole plan anew at each execution."""
        with connection.cursor() as cursor:
            return any(_has_rows(cursor, *statement) for statement in self._statements)


@cache
def quick_checks() -> QuickChecks:
    """Made in the first house that asks, while nothing is broken in it; true of all others."""
    return QuickChecks()


def _statements_of(check: Check) -> list[Statement]:
    """What a check asks the database while nothing is broken."""
    asked: list[Statement] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, *rest: Any) -> Any:
        asked.append((sql, tuple(params or ())))
        return execute(sql, params, *rest)

    with connection.execute_wrapper(note):
        assert not list(check.find())
    return asked


def _asking_only_whether(sql: str) -> str:
    """The same rows without their columns, half of the words of a statement."""
    columns, rest = sql.split(" FROM ", 1)
    return sql if "(" in columns else f"SELECT 1 FROM {rest}"  # noqa: S608 - of Django


def _has_rows(cursor: Any, sql: str, params: tuple[Any, ...]) -> bool:
    cursor.execute(f"SELECT EXISTS ({sql})", params)
    return bool(cursor.fetchone()[0])


def _is_lasting(statement: Statement) -> bool:
    """Whether it asks for damaged rows, of which there are none now, and for no instant."""
    if any(isinstance(each, datetime) for each in statement[1]):
        return False
    with connection.cursor() as cursor:
        return not _has_rows(cursor, *statement)


def _node(node: NotingNode) -> Iterator[str]:
    for call in Call.objects.all():
        told = node.calls.get(str(call.public_id))
        if told is not None and told.ended and told.version == call.version:
            continue  # nothing comes after the end
        if told != desired_state(call):
            yield f"call {call.pk}: the media node was not told the present state"
