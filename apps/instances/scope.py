"""Whose rows may be seen: every query on tenant rows runs inside one of these (decision 11)."""

from collections.abc import Iterator
from contextlib import contextmanager

from django_scopes import scope, scopes_disabled

from apps.instances.models import Instance


@contextmanager
def instance_scope(instance: Instance) -> Iterator[None]:
    """See the rows of this instance only."""
    with scope(instance=instance):
        yield


@contextmanager
def unscoped(reason: str) -> Iterator[None]:
    """See the rows of all instances; the reason is read in review, not at run time."""
    del reason
    with scopes_disabled():
        yield
