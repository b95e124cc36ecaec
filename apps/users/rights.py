"""What users need from the floor above: profiles are assigned there, and guard who manages whom."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rights:
    """`assign(user, *, profiles, acting_user)`; `require_may_manage(user, *, acting_user)`."""

    assign: Callable[..., None]
    require_may_manage: Callable[..., None]


_registered: list[Rights] = []


def register(rights: Rights) -> None:
    """Called once in AppConfig.ready() by the app that knows security profiles."""
    _registered[:] = [rights]


def rights() -> Rights:
    """The registered functions; IndexError when the app is not installed."""
    return _registered[0]
