"""How many of each an instance has by now: counted by the floor that knows all tables."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from apps.instances.domain.quotas import CATALOGUE
from apps.instances.models import Instance
from apps.instances.selectors import own_quotas

Counters = Mapping[str, Callable[[Instance], int]]

_registered: list[Counters] = []


@dataclass(frozen=True, slots=True)
class Use:
    """`present` None: counted where the thing is, for instance in each queue."""

    label: str
    limit: int
    present: int | None


def register(counters: Counters) -> None:
    """Called once in AppConfig.ready(), with a counter by name of quota."""
    _registered[:] = [counters]


def quotas_in_use(instance: Instance) -> list[Use]:
    """Inside the instance's scope."""
    own = own_quotas()
    counters = _registered[0] if _registered else {}
    return [
        Use(
            quota.label,
            own.get(quota.name, quota.default),
            counters[quota.name](instance) if quota.name in counters else None,
        )
        for quota in CATALOGUE
    ]
