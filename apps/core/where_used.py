"""Who uses a row: shown beside it, and told when it cannot be deleted."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import format_lazy


@dataclass(frozen=True, slots=True)
class Use:
    """Some users of one kind: `kind` in the plural ("routing profiles"), and their names."""

    kind: str | Promise
    names: tuple[str, ...]

    @property
    def sentence(self) -> str | Promise:
        """For example "3 routing profiles: Sales, Support, Night"."""
        return format_lazy(
            "{count} {kind}: {names}",
            count=len(self.names), kind=self.kind, names=", ".join(self.names),
        )  # fmt: skip


def used(uses: Sequence[Use]) -> list[Use]:
    """Those that name somebody."""
    return [use for use in uses if use.names]
