"""Reading request bodies: JSON in UTF-8, of bounded size and depth, whatever else was claimed."""

import json
from collections.abc import Mapping
from itertools import chain
from typing import IO, Any, NoReturn

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from apps.core.errors import InvalidInput

LARGEST_BODY = 2 * 1024 * 1024  # bytes; the longest flow has 256,000 characters
DEEPEST = 64  # lists and objects inside each other; flows need about ten


class BodyTooLarge(InvalidInput):
    code = "BODY_TOO_LARGE"
    status = 413
    message = _("The request is too large.")


class BoundedJson(BaseParser):
    """JSON is always UTF-8 (RFC 8259, 8.1); NaN and Infinity are not JSON."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        body = stream.read(LARGEST_BODY + 1)
        if len(body) > LARGEST_BODY:
            raise BodyTooLarge
        try:
            value = json.loads(body.decode(), parse_constant=_refuse)
            if b"\\u" in body:  # an escape can write half a character, which no text may hold
                json.dumps(value, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as wrong:
            raise ParseError(_("This is not JSON.")) from wrong
        if _is_deep(value):
            raise ParseError(_("This JSON is nested too deeply."))
        return value


def _refuse(name: str) -> NoReturn:
    raise ValueError(name)


def _is_deep(value: Any) -> bool:
    """Level by level: recursion would fail on what it looks for."""
    level = [value]
    for _depth in range(DEEPEST):
        if not level:
            return False
        level = list(chain.from_iterable(map(_inside, level)))
    return bool(level)


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
