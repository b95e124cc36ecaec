"""What every page and resource asks of the floor above: who may enter, and with which rights."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from apps.instances.models import Instance


@dataclass(frozen=True, slots=True)
class Access:
    """Functions of `apps.security_profiles.selectors`; the user may be anonymous.

    `require(user, permission, instance)` raises `NotAllowed` naming the missing permission.
    """

    may_enter: Callable[[Any, Instance], bool]
    require: Callable[[Any, str, Instance], None]
    permissions_of: Callable[[Any, Instance], frozenset[str]]


_registered: list[Access] = []


def register(access: Access) -> None:
    """Called once in AppConfig.ready() by the app that knows security profiles."""
    _registered[:] = [access]


def access() -> Access:
    """The registered functions; IndexError when the app is not installed."""
    return _registered[0]
