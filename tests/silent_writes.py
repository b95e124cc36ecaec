"""Writes that no signal tells of are refused in tests: the audit would miss them (A-01).

`update`, `bulk_create`, `bulk_update` and `NewRows` of audited columns by our own code must be
saves, or be written down by `apps.audit.services` and named here.
"""

import sys
from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from django.db.models import QuerySet, manager

from apps.audit import policy
from apps.core.new_rows import NewRows

ROOT = Path(__file__).parents[1]
OURS = tuple(str(ROOT / folder) for folder in ("apps", "connect"))
MANAGER = manager.__file__
# (file, function) of those who record what they write.
RECORDED: frozenset[tuple[str, str]] = frozenset(
    {
        # by `insert_newcomers`, with what each newcomer began with
        ("apps/users/services.py", "insert_users"),
        ("apps/security_profiles/services.py", "assign_to_newcomers"),
        ("apps/routing/services/queues.py", "insert_agent_queues"),
        ("apps/agents/services/newcomers.py", "insert_newcomers"),
    }
)


class SilentWriteError(AssertionError):
    """Somebody's change would stand in no history."""


def forbid(patch: pytest.MonkeyPatch) -> None:
    guards: dict[str, Callable[..., Iterable[str] | None]] = {
        "update": lambda **values: values,
        "bulk_update": lambda _rows, fields, **_options: fields,
        "bulk_create": lambda *_rows, **_options: None,
    }
    for name, written in guards.items():
        patch.setattr(QuerySet, name, _guarded(getattr(QuerySet, name), written))
    patch.setattr(NewRows, "insert", _guarded(NewRows.insert, lambda: None))


def _guarded(write: Any, written: Callable[..., Iterable[str] | None]) -> Any:
    @wraps(write)
    def guarded(rows: Any, *args: Any, **kwargs: Any) -> Any:
        caller = _caller()
        if caller.co_filename.startswith(OURS) and policy.reason_left_out(rows.model) is None:
            _check(rows.model, written(*args, **kwargs), caller)
        return write(rows, *args, **kwargs)

    return guarded


def _caller() -> CodeType:
    """Who asked for the write; a manager only hands it on."""
    frame = sys._getframe(2)
    while frame.f_code.co_filename == MANAGER and frame.f_back is not None:
        frame = frame.f_back
    return frame.f_code


def _check(model: Any, names: Iterable[str] | None, code: CodeType) -> None:
    audited = {name for f in policy.audited_fields(model) for name in (f.name, f.attname)}
    where = (str(Path(code.co_filename).relative_to(ROOT)), code.co_name)
    if (names is None or audited.intersection(names)) and where not in RECORDED:
        raise SilentWriteError(f"{where}: {model._meta.label}, see tests/silent_writes.py")
