"""The eight operators."""

import pytest

from apps.flows.domain.conditions import NULL, OPERATORS, Result, holds

pytestmark = pytest.mark.domain

TABLE = [
    ("Equals", "1", "1", True),
    ("Equals", "1", 1, True),
    ("Equals", "1", 1.0, True),
    ("Equals", "yes", "Yes", False),
    ("Equals", "NULL", NULL, True),
    ("Equals", "", NULL, False),
    ("TextContains", "U", NULL, False),
    ("NumberLessThan", "1", NULL, False),
    ("TextStartsWith", "+1", "+1206", True),
    ("TextStartsWith", "1", "+1206", False),
    ("TextEndsWith", "06", "+1206", True),
    ("TextEndsWith", "20", "+1206", False),
    ("TextContains", "12", "+1206", True),
    ("TextContains", "A", "bab", False),
    ("NumberGreaterThan", "5", "5.5", True),
    ("NumberGreaterThan", "5", 5, False),
    ("NumberGreaterThan", "9", "10", True),
    ("NumberGreaterOrEqualTo", "5", "5", True),
    ("NumberGreaterOrEqualTo", "5", "4", False),
    ("NumberLessThan", "5", "-1", True),
    ("NumberLessThan", "5", "5", False),
    ("NumberLessOrEqualTo", "5", "5", True),
    ("NumberLessOrEqualTo", "5", "6", False),
    ("NumberLessThan", "5", "few", False),
    ("NumberGreaterOrEqualTo", "few", "5", False),
    ("NumberLessThan", "inf", "5", False),
    ("SoundsLike", "1", "1", False),
]


@pytest.mark.parametrize(("operator", "operand", "value", "expected"), TABLE)
def test_operator(operator: str, operand: str, value: Result, expected: bool) -> None:
    assert holds(operator, operand, value=value) is expected


def test_every_operator_is_in_the_table_both_ways() -> None:
    both = {(operator, expected) for operator, _, _, expected in TABLE}
    assert {(operator, way) for operator in OPERATORS for way in (True, False)} <= both
