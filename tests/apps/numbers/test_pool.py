"""The pool: what operators write into it, line by line."""

import pytest

from apps.core.errors import InvalidInput
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.numbers.models import NumberKind, PoolNumber
from apps.numbers.services.numbers import claim_number
from apps.numbers.services.pool import (
    MANY,
    BadLines,
    NoNumbers,
    TooManyLines,
    add_to_pool,
    remove_from_pool,
)
from tests.apps.numbers.pool import in_pool

pytestmark = pytest.mark.db


def lines_of(refused: pytest.ExceptionInfo[BadLines]) -> list[tuple[int, str]]:
    return [(bad.line, bad.code) for bad in refused.value.facts["lines"]]


def test_each_line_is_a_number_in_any_writing_of_the_country(db: None) -> None:
    added = add_to_pool(" 020 7183 8750 \n\n+1 800 555 0199\n", country="GB")

    assert [(each.e164, each.country, each.kind) for each in added] == [
        ("+442071838750", "GB", NumberKind.DID),
        ("+18005550199", "US", NumberKind.TOLL_FREE),
    ]
    assert {each.available_from for each in added} == {None}


def test_every_bad_line_is_named_and_nothing_is_added(demo_instance: Instance) -> None:
    in_pool("+12065550101")
    with instance_scope(demo_instance):
        claim_number(instance=demo_instance, e164="+12065550102")
    text = "2065550103\nring me\n206 555 0101\n\n(206) 555-0102\n+1 206 555 0103\n911"

    with pytest.raises(BadLines) as refused:
        add_to_pool(text, country="US")

    assert lines_of(refused) == [
        (2, "NOT_A_NUMBER"),
        (3, "IN_POOL"),
        (5, "NUMBER_TAKEN"),
        (6, "REPEATED"),
        (7, "EMERGENCY"),
    ]
    assert str(refused.value).splitlines()[3] == "Line 6: It is the same as line 1."
    assert refused.value.facts["field"] == "numbers"
    assert PoolNumber.objects.count() == 1


def test_of_many_bad_lines_the_first_are_told(db: None) -> None:
    with pytest.raises(BadLines) as refused:
        add_to_pool("abc\n" * 50, country="US")

    said = str(refused.value).splitlines()
    assert (len(said), said[-1]) == (21, "There are 30 more lines with mistakes.")
    assert len(refused.value.facts["lines"]) == 50


def test_an_empty_text_and_one_that_never_ends_are_refused(db: None) -> None:
    with pytest.raises(NoNumbers):
        add_to_pool(" \n\n", country="US")
    with pytest.raises(TooManyLines):
        add_to_pool("+12065550101\n" * (MANY + 1), country="US")


def test_a_country_there_is_none_of_is_told_at_its_field(db: None) -> None:
    with pytest.raises(InvalidInput) as refused:
        add_to_pool("2065550101", country="ZZ")

    assert (refused.value.code, refused.value.facts["field"]) == ("UNKNOWN_COUNTRY", "country")


@pytest.mark.parametrize("junk", ["\0", "\ud800", "+" * 10_000, "٠٢٠", "\u2028+12065550101\u2028"])
def test_junk_is_refused_by_line_or_read_but_never_breaks(db: None, junk: str) -> None:
    try:
        added = add_to_pool(junk, country="US")
    except (BadLines, NoNumbers):
        added = []

    assert PoolNumber.objects.count() == len(added)


def test_a_number_is_taken_out_of_the_pool_and_may_come_back(db: None) -> None:
    (number,) = in_pool("+12065550101")

    remove_from_pool(number)
    remove_from_pool(number)

    assert not PoolNumber.objects.exists()
    in_pool("+12065550101")
