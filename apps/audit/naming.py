"""What a row is called in the audit, as people know it."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Model

Namer = Callable[[list[Any]], dict[Any, str]]

_namers: dict[type[Model], Namer] = {}


def register(model: type[Model], namer: Namer) -> None:
    """Called in AppConfig.ready() where a row's own text tells a person nothing."""
    _namers[model] = namer


def names_of(model: type[Model], keys: Iterable[Any]) -> dict[Any, str]:
    """By key, of whatever instance; one statement."""
    wanted = [key for key in keys if key is not None]
    if model in _namers:
        return _namers[model](wanted)
    return {key: str(row) for key, row in model._base_manager.in_bulk(wanted).items()}
