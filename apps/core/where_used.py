"""Who uses a row: shown beside it, and told when it cannot be deleted."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

_SAID = 5  # nobody reads a sentence with more names


@dataclass(frozen=True, slots=True)
class Use:
    """Some users of one kind: `kind` in the number that fits ("routing profiles"), their names.

    `total` is said where not all names were read.
    """

    kind: str | Promise
    names: tuple[str, ...]
    total: int | None = None

    @property
    def count(self) -> int:
        return len(self.names) if self.total is None else self.total

    @property
    def sentence(self) -> str:
        """For example "3 routing profiles: Sales, Support, Night"."""
        said = [*self.names[:_SAID], *(["…"] if self.count > _SAID else [])]
        return f"{self.count} {self.kind}: {', '.join(said)}"


def used(uses: Sequence[Use]) -> list[Use]:
    """Those that name somebody."""
    return [use for use in uses if use.names]
