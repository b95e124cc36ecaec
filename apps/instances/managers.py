"""The manager of tenant rows: a query outside a scope fails instead of crossing tenants."""

from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django_scopes import ScopedManager

M = TypeVar("M", bound=models.Model)

if TYPE_CHECKING:
    _Scoped = models.Manager
else:
    # django-scopes makes its class inside a function; a class of ours has a name to refer to.
    _Scoped = type(ScopedManager(instance="instance"))


class InstanceManager(_Scoped[M]):
    """Rows of the scoped instance only (architecture, decision 11)."""
