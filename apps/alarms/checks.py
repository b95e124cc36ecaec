"""The registry of checks: what must be true of the rows, how to find where it is not, and to mend.

Each app registers the checks of its own rows in AppConfig.ready(). A check finds with one statement
over the rows of the scope it is called in (one instance's, or all); it repairs inside the scope of
the damage's instance, under the locks of the services, and looks again under the lock first: what
is found while the house works may be gone a moment later.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from apps.instances.models import Instance, InstanceOwnedModel

Rows = Callable[[], QuerySet[Any]]


@dataclass(frozen=True, slots=True)
class Damage:
    """One row that breaks a rule; `cause` names it for good, `subject` is its key."""

    cause: str
    sentence: str
    instance: Instance | None
    subject: int


@dataclass(frozen=True, slots=True)
class Check:
    """A rule. `code` is stable: it is also the kind of the alarm.

    `is_thorough`: looks at the whole history, not at live rows alone, so it runs each hour and in
    the doctor, not every ten seconds. `repair` raises what it likes when it cannot.
    """

    code: str
    title: str | Promise
    find: Callable[[], Iterable[Damage]]
    repair: Callable[[Damage], None]
    is_thorough: bool = False


class NotRepairableError(Exception):
    """Only a person can decide what would be right; the text says what."""


_registered: dict[str, Check] = {}


def register(*checks: Check) -> None:
    """Called in AppConfig.ready() by the app that owns the rows; a code is given out once."""
    for check in checks:
        if check.code in _registered:
            raise ValueError(f"There are two checks called {check.code}.")
        _registered[check.code] = check


def registered() -> tuple[Check, ...]:
    """All checks, in the order of the floors from below."""
    return tuple(_registered.values())


def row_check(
    code: str,
    title: str | Promise,
    *,
    rows: Rows,
    says: Callable[[Any], str],
    repair: Callable[[Damage], None],
    is_thorough: bool = False,
) -> Check:
    """The usual case: the damaged rows are a query, and `says` tells of one of them."""

    def find() -> Iterator[Damage]:
        for row in rows().select_related("instance").order_by().iterator():
            yield Damage(cause_of(row), says(row), row.instance, row.pk)

    return Check(code, title, find, repair, is_thorough)


def cause_of(row: InstanceOwnedModel) -> str:
    """`contact 0190…`: how a row is named in alarms and in the doctor's report."""
    return f"{row._meta.verbose_name} {row.public_id}"
