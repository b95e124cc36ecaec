"""Numbers to claim, for tests."""

from apps.numbers.models import PoolNumber
from apps.numbers.services.pool import add_to_pool


def in_pool(*numbers: str, country: str = "US") -> list[PoolNumber]:
    return add_to_pool("\n".join(numbers), country=country)
