"""Names that look the same are the same."""

import pytest

from apps.core.text import name_key, tidy_name

pytestmark = pytest.mark.domain


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("Sales", "Sales"),
        ("  Sales\t", "Sales"),
        ("Night \u00a0 shift", "Night shift"),
        ("Cafe\u0301", "Café"),
        ("Ｓａｌｅｓ", "Sales"),
        (" \u2003 ", ""),
    ],
)
def test_a_name_is_kept_in_one_form(raw: str, kept: str) -> None:
    assert tidy_name(raw) == kept


@pytest.mark.parametrize(
    ("one", "other"),
    [("Café", "CAFE\u0301"), ("Straße", "STRASSE"), ("Sales", "sales"), ("A  b", "a B")],
)
def test_names_that_differ_by_case_blanks_or_unicode_form_are_the_same(
    one: str, other: str
) -> None:
    assert name_key(one) == name_key(other)


def test_an_accent_makes_another_name() -> None:
    assert name_key("Cafe") != name_key("Café")
