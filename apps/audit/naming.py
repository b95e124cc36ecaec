"""What a row is called in the audit, as people know it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
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


def register_words(model: type[Model], field: str, word: Callable[[str], str]) -> None:
    """As `register`, for what is recorded by a stable name that the screen calls otherwise."""
    _words[model._meta.label, field] = word


def word_for(model: type[Model] | None, field: str, value: str) -> str:
    word = _words.get((model._meta.label, field)) if model is not None else None
    return word(value) if word is not None else value


@contextmanager
def names_known(wanted: Mapping[type[Model], set[Any]]) -> Iterator[None]:
    """Ask for the names of many rows at once; inside they are asked for no more."""
    token = _known.set({model: names_of(model, keys) for model, keys in wanted.items()})
    try:
        yield
    finally:
        _known.reset(token)
