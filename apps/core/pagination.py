"""Pages that neither skip nor repeat while rows come and go: keyset instead of offset."""

import base64
import binascii
import json
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from apps.core.errors import InvalidInput
from apps.core.models import PublicIdModel

DEFAULT_LIMIT, LARGEST_LIMIT = 50, 100

Row = TypeVar("Row", bound=PublicIdModel)


class InvalidCursor(InvalidInput):
    code = "INVALID_CURSOR"
    message = _("The value of “after” is not one that a page gave out.")


class Page(NamedTuple, Generic[Row]):
    """`after` is the opaque value for the next page, None on the last one."""

    rows: list[Row]
    after: str | None


def page_of(
    rows: QuerySet[Row], *, column: str, after: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Row]:
    """The next `limit` rows in the order of (column, public_id).

    The column holds text. Raises `InvalidCursor` for a value that no page gave out.
    """
    if after is not None:
        value, public_id = _decoded(after)
        same = Q(**{column: value}, public_id__gt=public_id)
        rows = rows.filter(Q(**{f"{column}__gt": value}) | same)
    found = list(rows.order_by(column, "public_id")[: limit + 1])
    more = len(found) > limit
    return Page(found[:limit], _encoded(found[limit - 1], column) if more else None)


def _encoded(row: PublicIdModel, column: str) -> str:
    plain = json.dumps([getattr(row, column), str(row.public_id)])
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def _decoded(text: str) -> tuple[str, UUID]:
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        parts: Any = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        value, public_id = parts
        if not isinstance(value, str) or "\0" in value:  # PostgreSQL's text holds no NUL
            raise TypeError
        return value, UUID(public_id)
    except (binascii.Error, ValueError, TypeError, AttributeError):
        raise InvalidCursor(field="after") from None
