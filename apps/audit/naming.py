"""What a row is called in the audit, as people know it."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Model

Namer = Callable[[list[Any]], dict[Any, str]]

_namers: dict[type[Model], Namer] = {}
_words: dict[tuple[str, str], Callable[[str], str]] = {}


def register(model: type[Model], namer: Namer) -> None:
    """Called in AppConfig.ready() where a row's own text tells a person nothing."""
    _namers[model] = namer


def names_of(model: type[Model], keys: Iterable[Any]) -> dict[Any, str]:
    """By key, of whatever instance; one statement."""
    wanted = [key for key in keys if key is not None]
    if model in _namers:
        return _namers[model](wanted)
    return {key: str(row) for key, row in model._base_manager.in_bulk(wanted).items()}


def register_words(model: type[Model], field: str, word: Callable[[str], str]) -> None:
    """As `register`, for what is recorded by a stable name that the screen calls otherwise."""
    _words[model._meta.label, field] = word


def word_for(model: type[Model] | None, field: str, value: str) -> str:
    word = _words.get((model._meta.label, field)) if model is not None else None
    return word(value) if word is not None else value
