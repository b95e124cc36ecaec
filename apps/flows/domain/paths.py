"""References such as ``$.Attributes.name`` and ``$.External['a b'][0]``.

Tenants' text goes through here, so the grammar is closed: names, quoted names and list indexes;
no wildcards, no filters.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from xml.sax.saxutils import escape

Key = str | int
Lookup = Callable[[str], Any]

_STEP: Final = r"""(?:\.\w+(?:-\w+)*|\.?\['[^'\]]*'\]|\.?\["[^"\]]*"\]|\[\d{1,6}\])"""
_REFERENCE: Final = re.compile(rf"\$(?=\.\w|\.?\[['\"]){_STEP}+")
_PART: Final = re.compile(r"""\.?\[(?:'([^']*)'|"([^"]*)"|(\d+))\]|\.(\w+(?:-\w+)*)""")

_QUOTES: Final = {'"': "&quot;", "'": "&apos;"}


def is_path(text: str) -> bool:
    """Whether the whole text is one reference."""
    return _REFERENCE.fullmatch(text) is not None


def references(text: str) -> list[str]:
    """The references embedded in a text, in order."""
    return _REFERENCE.findall(text)


def keys(path: str) -> tuple[Key, ...]:
    """The steps of a reference below the root."""
    found = (m.groups() for m in _PART.finditer(path[1:]))
    return tuple(
        int(i) if i else next(n for n in (q, d, w) if n is not None) for q, d, i, w in found
    )


def resolve(path: str, values: Mapping[str, Any]) -> Any:
    """The value a reference names, None when any part of it is missing."""
    return _descend(keys(path), values)


def _descend(steps: tuple[Key, ...], value: Any) -> Any:
    if not steps:
        return value
    head, rest = steps[0], steps[1:]
    if isinstance(value, Mapping):
        return _descend_mapping(steps, value)
    if isinstance(head, int) and _is_list(value) and head < len(value):
        return _descend(rest, value[head])
    return None


def _descend_mapping(steps: tuple[Key, ...], value: Mapping[str, Any]) -> Any:
    """Attribute names may hold periods: the shortest prefix of the steps that is a key wins."""
    for length in range(1, len(steps) + 1):
        name = ".".join(map(str, steps[:length]))
        if name in value:
            return _descend(steps[length:], value[name])
    return None


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def as_text(value: Any) -> str:
    """A value the way a prompt speaks it; a missing one is empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, str) else _plain(value)


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def fill(text: str, lookup: Lookup) -> str:
    """The text with every embedded reference replaced by its value."""
    return _REFERENCE.sub(lambda match: as_text(lookup(match.group())), text)


def fill_markup(text: str, lookup: Lookup) -> str:
    """Like ``fill`` for SSML: values are words, whoever set them.

    Where one reference is the whole markup its value is the markup, as flows of others expect;
    what of it a synthesiser may see is settled later (``ssml.py``).
    """
    if is_path(text):
        return as_text(lookup(text))
    return _REFERENCE.sub(lambda match: escape(as_text(lookup(match.group())), _QUOTES), text)
