"""Several changes of one row in one unit of work are one change (A-01)."""

from typing import Any

Changes = dict[str, list[Any]]
"""By field: [before, after]."""

HIDDEN = "••••••"


def merged(earlier: Changes, later: Changes) -> Changes:
    """The first value before and the last one after; what came back to its beginning is gone."""
    told = {name: [earlier.get(name, pair)[0], pair[1]] for name, pair in later.items()}
    return {name: pair for name, pair in {**earlier, **told}.items() if is_told(pair)}


def is_told(pair: list[Any]) -> bool:
    """Two values that may not be shown look the same and are not."""
    return bool(pair[0] != pair[1] or pair[1] == HIDDEN)
