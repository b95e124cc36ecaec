"""The declaration of an action's parameters, and of objects nested in them."""

from collections.abc import Iterator, Mapping
from typing import Any

from apps.flows.domain.fields import BadParameterError, Field, Flaw
from apps.flows.domain.paths import Lookup

Values = Mapping[str, Any]


class Params:
    """Named fields and rules between them. Itself a field, for nested objects.

    Of ``exactly_one`` one name must be written, of ``at_most_one`` one may be.
    """

    def __init__(
        self,
        *,
        required: bool = False,
        exactly_one: tuple[str, ...] = (),
        at_most_one: tuple[str, ...] = (),
        **fields: Field,
    ) -> None:
        self.required = required
        self.exactly_one = exactly_one
        self.at_most_one = at_most_one
        self.fields: Mapping[str, Field] = fields

    def extended(
        self,
        *,
        exactly_one: tuple[str, ...] = (),
        at_most_one: tuple[str, ...] = (),
        **fields: Field,
    ) -> "Params":
        """These fields with more; the rules given here replace the old ones."""
        return type(self)(
            required=self.required,
            exactly_one=exactly_one,
            at_most_one=at_most_one,
            **{**self.fields, **fields},
        )

    def flaws(self, value: Any, path: str) -> Iterator[Flaw]:
        """Everything wrong with the written parameters."""
        if not isinstance(value, Mapping):
            yield Flaw("value", path, "Write an object.")
            return
        yield from self._missing(value, path)
        yield from self._conflicts(value, path)
        for name, item in value.items():
            field = self.fields.get(name)
            if field is None:
                yield Flaw("unknown", f"{path}.{name}", "Remove this property; the block has none.")
            else:
                yield from field.flaws(item, f"{path}.{name}")

    def _missing(self, value: Values, path: str) -> Iterator[Flaw]:
        for name, field in self.fields.items():
            if field.required and name not in value:
                yield Flaw("missing", f"{path}.{name}", f"Set {name}.")

    def _conflicts(self, value: Values, path: str) -> Iterator[Flaw]:
        for group in filter(None, (self.exactly_one, self.at_most_one)):
            written = [name for name in group if name in value]
            names = ", ".join(group)
            if len(written) > 1:
                yield Flaw("value", f"{path}.{written[1]}", f"Set only one of {names}.")
            if not written and group is self.exactly_one:
                yield Flaw("missing", f"{path}.{group[0]}", f"Set one of {names}.")

    def resolve(self, value: Any, lookup: Lookup) -> dict[str, Any]:
        """The values now, only of what is written. Raises BadParameterError."""
        if not isinstance(value, Mapping):
            raise BadParameterError("Not an object.")
        return {
            name: self.fields[name].resolve(item, lookup)
            for name, item in value.items()
            if name in self.fields
        }
