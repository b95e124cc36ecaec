"""What a browser sends of forms."""

from typing import Any


def formset(prefix: str, *rows: dict[str, Any], kept: int = 0) -> dict[str, Any]:
    """The fields of an inline; the first `kept` rows exist already."""
    sent: dict[str, Any] = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": kept}
    for place, row in enumerate(rows):
        sent |= {f"{prefix}-{place}-{name}": value for name, value in row.items()}
    return sent
