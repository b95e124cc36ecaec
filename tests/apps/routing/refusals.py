"""What a service refuses, and where a form would say so."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from apps.core.errors import DomainError


@contextmanager
def refused(
    code: str, *, field: str | None = None, saying: str = ""
) -> Iterator[pytest.ExceptionInfo[DomainError]]:
    """The block is refused with this code, at this field, in a sentence with these words."""
    with pytest.raises(DomainError) as error:
        yield error
    assert (error.value.code, error.value.facts.get("field")) == (code, field)
    assert saying in str(error.value)
