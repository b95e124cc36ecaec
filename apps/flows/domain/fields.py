"""Kinds of parameter fields. Scalars are strings on the wire; numbers and booleans are accepted.

A field knows two things: what is wrong with a written value, and what it means at run time.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

from apps.flows.domain import paths

_DIGITS_AT_MOST = 19  # as the greatest bound of any field has, 2^63 - 1


class Mode(Enum):
    """How dynamic a value may be."""

    STATIC = "static"
    ONE = "static or one reference"
    PATH = "one reference"
    FREE = "text with references"


@dataclass(frozen=True)
class Flaw:
    """Something wrong with a parameter: ``kind`` is missing, value or unknown."""

    kind: str
    path: str
    remedy: str


class BadParameterError(ValueError):
    """A value cannot be used at run time; the action takes its error branch."""


class Field(Protocol):
    """One declared parameter."""

    @property
    def required(self) -> bool:
        """Whether the parameter must be written."""

    def flaws(self, value: Any, path: str) -> Iterator[Flaw]:
        """What is wrong with a written value."""

    def resolve(self, value: Any, lookup: paths.Lookup) -> Any:
        """What the value means now. Raises BadParameterError."""


def scalar(value: Any) -> str | None:
    """A written scalar as the wire's string; None for anything else."""
    if isinstance(value, bool):
        return "True" if value else "False"
    if isinstance(value, str | int | float):
        return paths.as_text(value)
    return None


def _mode_flaw(text: str, mode: Mode) -> str | None:
    whole, embedded = paths.is_path(text), bool(paths.references(text))
    if mode is Mode.STATIC and embedded:
        return "This value must be fixed; references such as $.Attributes.x are not allowed here."
    if mode is Mode.PATH and not whole:
        return "Write exactly one reference, such as $.Attributes.x."
    if mode is Mode.ONE and embedded and not whole:
        return "Write either a fixed value or exactly one reference, not a mixture."
    return None


@dataclass(frozen=True, kw_only=True)
class Text:
    """A text. ``markup`` escapes values filled into SSML."""

    mode: Mode = Mode.FREE
    required: bool = False
    limit: int = 6000
    markup: bool = False
    may_be_empty: bool = False

    def flaws(self, value: Any, path: str) -> Iterator[Flaw]:
        text = scalar(value)
        if text is None or not (text or self.may_be_empty):
            yield Flaw("value", path, "Write a text that is not empty.")
        elif remedy := _mode_flaw(text, self.mode):
            yield Flaw("value", path, remedy)

    def resolve(self, value: Any, lookup: paths.Lookup) -> str:
        fill = paths.fill_markup if self.markup else paths.fill
        text = fill(scalar(value) or "", lookup)
        if len(text) > self.limit:
            raise BadParameterError(f"The text is longer than {self.limit} characters.")
        return text


@dataclass(frozen=True, kw_only=True)
class Path:
    """One reference, resolved to the value itself (None when missing)."""

    required: bool = False

    def flaws(self, value: Any, path: str) -> Iterator[Flaw]:
        if remedy := _mode_flaw(scalar(value) or "", Mode.PATH):
            yield Flaw("value", path, remedy)

    def resolve(self, value: Any, lookup: paths.Lookup) -> Any:
        return lookup(scalar(value) or "")


@dataclass(frozen=True)
class Ref:
    """A resource (queue, prompt, flow …) by id, ARN or name, or one reference to such."""

    kind: str
    required: bool = False

    def flaws(self, value: Any, path: str) -> Iterator[Flaw]:
        # An empty one is not yet chosen: that stops publishing (resources), not saving.
        yield from Text(mode=Mode.ONE, may_be_empty=True).flaws(value, path)

    def resolve(self, value: Any, lookup: paths.Lookup) -> str:
        text = Text(mode=Mode.ONE).resolve(value, lookup)
        if not text:
            raise BadParameterError(f"The {self.kind} is empty.")
        return text


@dataclass(frozen=True)
class Int:
    """A whole number within bounds, both included."""

    low: int
    high: int
    mode: Mode = Mode.STATIC
    required: bool = False

    def flaws(self, value: Any, path: str) -> Iterator[Flaw]:
        text = scalar(value) or ""
        if remedy := _mode_flaw(text, self.mode):
            yield Flaw("value", path, remedy)
        elif not paths.is_path(text) and self._number(text) is None:
            yield Flaw("value", path, f"Write a whole number from {self.low} to {self.high}.")

    def resolve(self, value: Any, lookup: paths.Lookup) -> int:
        number = self._number(paths.fill(scalar(value) or "", lookup))
        if number is None:
            raise BadParameterError(f"Not a whole number from {self.low} to {self.high}.")
        return number

    def _number(self, text: str) -> int | None:
        digits = text.removeprefix("-")
        if not (digits.isascii() and digits.isdigit()) or len(digits) > _DIGITS_AT_MOST:
            return None
        return int(text) if self.low <= int(text) <= self.high else None


@dataclass(frozen=True)
class Choice:
    """One of fixed words."""

    words: tuple[str, ...]
    required: bool = False

    def flaws(self, value: Any, path: str) -> Iterator[Flaw]:
        if scalar(value) not in self.words:
            yield Flaw("value", path, f"Choose one of {', '.join(self.words)}.")

    def resolve(self, value: Any, lookup: paths.Lookup) -> str:
        return scalar(value) or ""


@dataclass(frozen=True)
class Flag:
    """``"True"`` or ``"False"``, any case."""

    required: bool = False

    def flaws(self, value: Any, path: str) -> Iterator[Flaw]:
        if (scalar(value) or "").lower() not in {"true", "false"}:
            yield Flaw("value", path, "Choose True or False.")

    def resolve(self, value: Any, lookup: paths.Lookup) -> bool:
        return (scalar(value) or "").lower() == "true"


@dataclass(frozen=True)
class ListOf:
    """A list of values of one field; ``least`` entries at least."""

    item: Field
    least: int = 0
    required: bool = False

    def flaws(self, value: Any, path: str) -> Iterator[Flaw]:
        if not isinstance(value, list) or len(value) < self.least:
            yield Flaw("value", path, f"Write a list of at least {self.least} entries.")
            return
        for index, item in enumerate(value):
            yield from self.item.flaws(item, f"{path}[{index}]")

    def resolve(self, value: Any, lookup: paths.Lookup) -> list[Any]:
        return [self.item.resolve(item, lookup) for item in value]


@dataclass(frozen=True)
class MapOf:
    """An object with free names; names may hold references too. ``names`` closes the set."""

    item: Field
    names: frozenset[str] | None = None
    required: bool = False

    def flaws(self, value: Any, path: str) -> Iterator[Flaw]:
        if not isinstance(value, Mapping) or not value:
            yield Flaw("value", path, "Write at least one entry.")
            return
        for name, item in value.items():
            if self.names is not None and name not in self.names:
                known = ", ".join(sorted(self.names))
                yield Flaw("unknown", f"{path}.{name}", f"Use one of {known}.")
            else:
                yield from self.item.flaws(item, f"{path}.{name}")

    def resolve(self, value: Any, lookup: paths.Lookup) -> dict[str, Any]:
        return {
            paths.fill(name, lookup): self.item.resolve(item, lookup)
            for name, item in value.items()
        }


@dataclass(frozen=True)
class Kept:
    """Accepted and kept as written; this engine makes no use of it."""

    required: bool = False

    def flaws(self, value: Any, path: str) -> Iterator[Flaw]:
        yield from ()

    def resolve(self, value: Any, lookup: paths.Lookup) -> Any:
        return value
