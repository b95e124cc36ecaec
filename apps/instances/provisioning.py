"""A new instance contains what the apps register here (domain page, section 2)."""

from collections.abc import Callable

from apps.instances.models import Instance
from apps.instances.scope import instance_scope

Seeder = Callable[[Instance], None]

_seeders: dict[Seeder, int] = {}


def register(order: int, seeder: Seeder) -> None:
    """Called in AppConfig.ready(); lower orders run first, so that later ones find their rows."""
    _seeders[seeder] = order


def seed(instance: Instance) -> None:
    """Run every seeder inside the instance's scope and the caller's transaction."""
    with instance_scope(instance):
        for seeder in sorted(_seeders, key=_seeders.__getitem__):
            seeder(instance)
