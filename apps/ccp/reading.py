"""What a page's message holds, whatever it may hold."""

from typing import Any
from uuid import UUID

from apps.core.errors import InvalidInput
from apps.core.text import is_storable


def params_of(message: dict[str, Any]) -> dict[str, Any]:
    params = message.get("params")
    return params if isinstance(params, dict) else {}


def uuid_of(raw: object) -> UUID:
    try:
        return UUID(str(raw))
    except ValueError:
        raise InvalidInput from None


def error_of(raw: object) -> str:
    """The name of a softphone error; anything else a page may send is none."""
    text = str(raw or "")[:64]
    return text if is_storable(text) else ""
