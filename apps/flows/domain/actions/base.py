"""The shape of an action and the registry of all of them.

Registering a class is all it takes: validator, engine and editor read the same declaration.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

from apps.flows.domain.context import Context
from apps.flows.domain.events import Answer
from apps.flows.domain.outcomes import Outcome
from apps.flows.domain.params import Params, Values
from apps.flows.domain.types import NO_CONDITION, NO_MATCH, FlowTypes


@dataclass(frozen=True)
class Conditions:
    """Which conditions an action allows: operators, operands (None = any) and needed operands."""

    operators: frozenset[str]
    operands: frozenset[str] | None = None
    required: tuple[str, ...] = ()


@dataclass(frozen=True)
class ErrorRule:
    """Which error branches an action must and may have."""

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()


class FlowAction:
    """One type of action. Subclasses declare; ``start`` and ``resume`` decide."""

    type: ClassVar[str]
    block: ClassVar[str]
    flow_types: ClassVar[FlowTypes]
    params: ClassVar[Params] = Params()
    errors: ClassVar[tuple[str, ...]] = ()
    optional_errors: ClassVar[tuple[str, ...]] = ()
    conditions: ClassVar[Conditions | None] = None
    terminal: ClassVar[bool] = False
    # The console draws no error branch for these, so a failure without handler goes on.
    goes_on_after_error: ClassVar[bool] = False
    next_optional: ClassVar[bool] = False
    waits: ClassVar[bool] = False
    # False for types that are known and kept, but not carried out here.
    supported: ClassVar[bool] = True

    def errors_for(self, parameters: Values) -> ErrorRule:
        """The error branches for these parameters."""
        return ErrorRule(self.errors, self.optional_errors)

    def conditions_for(self, parameters: Values) -> Conditions | None:
        """The conditions for these parameters; None when the action has no result."""
        return self.conditions

    def start(self, context: Context, values: Values) -> Outcome:
        """Carry the action out, with its parameters resolved."""
        raise NotImplementedError

    def resume(self, context: Context, memo: Any, event: Answer) -> Outcome:
        """Go on after the answer the action waited for."""
        raise NotImplementedError


_registry: dict[str, FlowAction] = {}
REGISTRY: Mapping[str, FlowAction] = MappingProxyType(_registry)


def action(
    type_: str, *, block: str, flow_types: FlowTypes
) -> Callable[[type[FlowAction]], type[FlowAction]]:
    """Register a class as the action of a wire type; ``block`` is the console's name for it."""

    def register(cls: type[FlowAction]) -> type[FlowAction]:
        if type_ in _registry:
            raise ValueError(f"{type_} is registered twice.")
        cls.type, cls.block, cls.flow_types = type_, block, flow_types
        _registry[type_] = cls()
        return cls

    return register


EQUALS = frozenset({"Equals"})
ONLY_NO_MATCH = (NO_MATCH,)
ONLY_NO_CONDITION = (NO_CONDITION,)
