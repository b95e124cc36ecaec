"""Pages that neither skip nor repeat while rows come and go: keyset instead of offset."""

import base64
import binascii
import json
from datetime import UTC, datetime
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from django.db.models import DateTimeField, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from apps.core.errors import InvalidInput
from apps.core.models import PublicIdModel
from apps.core.text import is_storable

DEFAULT_LIMIT, LARGEST_LIMIT = 50, 100

Row = TypeVar("Row", bound=PublicIdModel)


class InvalidCursor(InvalidInput):
    code = "INVALID_CURSOR"
    message = _("The value of “after” is not one that a page gave out.")


class Page(NamedTuple, Generic[Row]):
    """`after` is the opaque value for the next page, None on the last one."""

    rows: list[Row]
    after: str | None


class Window(NamedTuple, Generic[Row]):
    """A page in the middle: `before` leads back, `after` on; None where there is nothing."""

    rows: list[Row]
    before: str | None
    after: str | None


def page_of(
    rows: QuerySet[Row], *, column: str, after: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Row]:
    """The next `limit` rows in the order of (column, public_id); `-column` is the other way round.

    The column holds text or an instant. Raises `InvalidCursor` for a value that no page gave out.
    """
    name, sign = column.removeprefix("-"), "-" if column.startswith("-") else ""
    if after is not None:
        rows = rows.filter(_beyond(after, rows=rows, name=name, sign=sign))
    found = list(rows.order_by(column, f"{sign}public_id")[: limit + 1])
    more = len(found) > limit
    return Page(found[:limit], _encoded(found[limit - 1], name) if more else None)


def page_around(
    rows: QuerySet[Row],
    *,
    column: str,
    after: str | None = None,
    before: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Window[Row]:
    """As `page_of`, for pages with a way back: `before` is the `before` of the page one came from.

    Going back past the beginning gives the first page, whole.
    """
    if before is not None:
        back = column.removeprefix("-") if column.startswith("-") else f"-{column}"
        page = page_of(rows, column=back, after=before, limit=limit)
        if page.after is not None:
            found = page.rows[::-1]
            return Window(found, page.after, _encoded(found[-1], column.removeprefix("-")))
        after = None
    page = page_of(rows, column=column, after=after, limit=limit)
    first = after and page.rows and _encoded(page.rows[0], column.removeprefix("-"))
    return Window(page.rows, first or None, page.after)


def _beyond(after: str, *, rows: QuerySet[Row], name: str, sign: str) -> Q:
    """What comes after the last row of the page before."""
    text, public_id = _decoded(after)
    column = rows.model._meta.get_field(name)
    is_instant = isinstance(getattr(column, "output_field", column), DateTimeField)
    value = _instant(text) if is_instant else text
    further = "lt" if sign else "gt"
    same = Q(**{name: value, f"public_id__{further}": public_id})
    return Q(**{f"{name}__{further}": value}) | same


def _encoded(row: PublicIdModel, name: str) -> str:
    value = getattr(row, name)
    text = value.isoformat() if isinstance(value, datetime) else value
    plain = json.dumps([text, str(row.public_id)])
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def _decoded(text: str) -> tuple[str, UUID]:
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        parts: Any = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        value, public_id = parts
        if not isinstance(value, str) or not is_storable(value):
            raise TypeError
        return value, UUID(public_id)
    except (binascii.Error, ValueError, TypeError, AttributeError, RecursionError):
        raise InvalidCursor(field="after") from None


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            raise ValueError(text)
        return at.astimezone(UTC)
    except (ValueError, OverflowError):  # the first and last day of time have no neighbours
        raise InvalidCursor(field="after") from None
