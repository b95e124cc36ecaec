"""The two ways to query a tenant's rows: inside its scope, or outside with a written reason."""

from collections.abc import Iterator
from contextlib import contextmanager

from django_scopes import scope, scopes_disabled
from structlog.contextvars import bound_contextvars

from apps.instances.models import Instance, InstanceOwnedModel


@contextmanager
def instance_scope(instance: Instance) -> Iterator[None]:
    """Only rows of this instance are visible to queries inside the block (decision 11).

    What is logged inside says whose it is (A-05).
    """
    with scope(instance=instance), bound_contextvars(instance=instance.alias):
        yield


@contextmanager
def unscoped(reason: str) -> Iterator[None]:
    """Rows of all instances are visible; `reason` says why, and is never empty."""
    if not reason.strip():
        raise ValueError("Crossing tenants needs a reason.")
    with scopes_disabled():
        yield


@contextmanager
def scope_of(model: type[InstanceOwnedModel], pk: int) -> Iterator[None]:
    """The scope of the instance that owns the row; for jobs and announcements that carry a key."""
    instance = Instance.objects.get(
        pk=model._base_manager.values_list("instance_id", flat=True).get(pk=pk)
    )
    with instance_scope(instance):
        yield
