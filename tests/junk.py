"""Request bodies nobody should send."""

import json
from typing import Any

from hypothesis import strategies as st

_SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
    | st.sampled_from(["\0", "\ud800", "+" * 200, "%s", "0" * 40])
)  # fmt: skip
JSON = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def bodies(*fields: str) -> st.SearchStrategy[bytes]:
    """JSON objects with these fields and junk in them, other JSON, and no JSON at all."""
    objects = st.fixed_dictionaries({}, optional=dict.fromkeys(fields, JSON))
    return st.one_of((objects | JSON).map(_written), st.binary(max_size=60))


def objects_like(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[bytes]:
    """JSON objects that are nearly right."""
    return st.fixed_dictionaries(fields).map(_written)


def _written(value: Any) -> bytes:
    return json.dumps(value).encode()
