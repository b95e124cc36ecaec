"""The eight operators of ``Transitions.Conditions``.

Text compares exactly and case counts. Numbers parse both sides; what is no number is never true.
A missing value equals the operand ``NULL`` and nothing else.
"""

import math
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Final

from apps.flows.domain.paths import as_text


class Null(Enum):
    """The result of comparing something that is not there."""

    NULL = "NULL"


NULL: Final = Null.NULL
Result = str | int | float | bool | Null


def _number(text: str) -> float:
    """The number a text spells; NaN, which compares false with everything, when it spells none."""
    try:
        number = float(text)
    except ValueError:
        return math.nan
    return number if math.isfinite(number) else math.nan


TEXT_OPERATORS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "Equals": lambda value, operand: value == operand,
    "TextStartsWith": lambda value, operand: value.startswith(operand),
    "TextEndsWith": lambda value, operand: value.endswith(operand),
    "TextContains": lambda value, operand: operand in value,
}
NUMBER_OPERATORS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "NumberGreaterThan": lambda value, operand: value > operand,
    "NumberGreaterOrEqualTo": lambda value, operand: value >= operand,
    "NumberLessThan": lambda value, operand: value < operand,
    "NumberLessOrEqualTo": lambda value, operand: value <= operand,
}
OPERATORS: Final = frozenset(TEXT_OPERATORS) | frozenset(NUMBER_OPERATORS)


def holds(operator: str, operand: str, *, value: Result) -> bool:
    """Whether ``value operator operand`` is true; an unknown operator never is."""
    if isinstance(value, Null):
        return operator == "Equals" and operand == value.value
    if operator in TEXT_OPERATORS:
        return TEXT_OPERATORS[operator](as_text(value), operand)
    if operator in NUMBER_OPERATORS:
        return NUMBER_OPERATORS[operator](_number(as_text(value)), _number(operand))
    return False
