"""A new instance contains what the apps register here (domain page, section 2)."""

from collections.abc import Callable
from contextvars import ContextVar

from apps.instances.models import Instance
from apps.instances.scope import instance_scope

Seeder = Callable[[Instance], None]

_seeders: dict[Seeder, int] = {}
_is_seeding: ContextVar[bool] = ContextVar("is_seeding", default=False)


def register(order: int, seeder: Seeder) -> None:
    """Called in AppConfig.ready(); lower orders run first, so that later ones find their rows."""
    _seeders[seeder] = order


def seed(instance: Instance) -> None:
    """Run every seeder inside the instance's scope and the caller's transaction."""
    token = _is_seeding.set(True)
    try:
        with instance_scope(instance):
            for seeder in sorted(_seeders, key=_seeders.__getitem__):
                seeder(instance)
    finally:
        _is_seeding.reset(token)


def is_seeding() -> bool:
    """Whether the rows that are being made are what every new instance contains."""
    return _is_seeding.get()
