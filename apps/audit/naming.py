"""What a row is called in the audit, as people know it."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db.models import Model

Namer = Callable[[list[Any]], dict[Any, str]]
Names = dict[type[Model], dict[Any, str]]

_namers: dict[type[Model], Namer] = {}
_words: dict[tuple[str, str], Callable[[str], str]] = {}
_known: ContextVar[Names | None] = ContextVar("known_names", default=None)


def register(model: type[Model], namer: Namer) -> None:
    """Called in AppConfig.ready() where a row's own text tells a person nothing."""
    _namers[model] = namer


def names_of(model: type[Model], keys: Iterable[Any]) -> dict[Any, str]:
    """By key, of whatever instance; one statement."""
    wanted = [key for key in keys if key is not None]
    known = (_known.get() or {}).get(model, {})
    if all(key in known for key in wanted):
        return {key: known[key] for key in wanted}
    if model in _namers:
        return _namers[model](wanted)
    return {key: str(row) for key, row in model._base_manager.in_bulk(wanted).items()}


def names_of_rows(model: type[Model], rows: Iterable[Model]) -> dict[Any, str]:
    """The same of rows that are at hand."""
    by_key = {row.pk: row for row in rows}
    if model in _namers:
        return names_of(model, by_key)
    return {key: str(row) for key, row in by_key.items()}


def register_words(model: type[Model], field: str, word: Callable[[str], str]) -> None:
    """As `register`, for what is recorded by a stable name that the screen calls otherwise."""
    _words[model._meta.label, field] = word


def word_for(model: type[Model] | None, field: str, value: str) -> str:
    word = _words.get((model._meta.label, field)) if model is not None else None
    return word(value) if word is not None else value


@contextmanager
def names_known(names: Names) -> Iterator[None]:
    """Inside, these names are not asked for."""
    token = _known.set(names)
    try:
        yield
    finally:
        _known.reset(token)
