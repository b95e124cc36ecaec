"""What users need from the floor above: profiles are assigned there, and guard who manages whom."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Rights:
    """`assign(user, *, profiles, acting_user)`; `require_may_manage(user, *, acting_user)`.

    `administrators_kept(instance_id, *, acting_user)` is a unit of work that is undone if nobody
    could manage rights any more.
    """

    assign: Callable[..., None]
    require_may_manage: Callable[..., None]
    administrators_kept: Callable[..., AbstractContextManager[Any]]


_registered: list[Rights] = []


def register(rights: Rights) -> None:
    """Called once in AppConfig.ready() by the app that knows security profiles."""
    _registered[:] = [rights]


def rights() -> Rights:
    """The registered functions; IndexError when the app is not installed."""
    return _registered[0]
