"""Every text that is not dialled has a documented outcome, and a sentence to act on."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.numbers.domain.e164 import is_e164, parse_number, preview
from apps.numbers.domain.errors import LettersError, NumberError, WrongPrefixError

pytestmark = pytest.mark.domain

CODES = {
    "EMERGENCY",
    "EXTENSION",
    "INVALID",
    "LETTERS",
    "NOT_A_NUMBER",
    "SHORT_CODE",
    "TOO_LONG",
    "TOO_SHORT",
    "UNKNOWN_CALLING_CODE",
    "UNKNOWN_COUNTRY",
    "WRONG_PREFIX",
}

REFUSED = [
    ("US", "", "NOT_A_NUMBER"),
    ("US", "+", "NOT_A_NUMBER"),
    ("US", "hello", "NOT_A_NUMBER"),
    ("US", "00+44 20 7183 8750", "NOT_A_NUMBER"),
    ("US", "206 555 0100; DROP", "LETTERS"),
    ("US", "1-800-FLOWERS", "LETTERS"),
    ("US", "206-555-0100 x12", "EXTENSION"),
    ("GB", "020 7183 8750 ext. 5", "EXTENSION"),
    ("US", "911", "EMERGENCY"),
    ("GB", "999", "EMERGENCY"),
    ("DE", "112", "EMERGENCY"),
    ("US", "123", "SHORT_CODE"),
    ("GB", "7001", "SHORT_CODE"),
    ("US", "12", "TOO_SHORT"),
    ("US", "555 0100", "TOO_SHORT"),
    ("US", "+1 911", "TOO_SHORT"),
    ("GB", "0044", "TOO_SHORT"),
    ("US", "206 555 0100 1", "TOO_LONG"),
    ("US", "+1234567890123456", "TOO_LONG"),
    ("GB", "001234567890123456", "TOO_LONG"),
    ("GB", "+9991234567890123", "TOO_LONG"),
    ("US", "1" * 101, "TOO_LONG"),
    ("US", "+123456789012345", "INVALID"),
    ("US", "106 555 0100", "INVALID"),
    ("US", "+999 123 456", "UNKNOWN_CALLING_CODE"),
    ("XX", "206 555 0100", "UNKNOWN_COUNTRY"),
    ("", "+442071838750", "UNKNOWN_COUNTRY"),
]

# Home country, dialled, the part that belongs to another country.
FOREIGN = [
    ("US", "0044 20 7183 8750", "00"),
    ("AU", "0044 20 7183 8750", "00"),
    ("JP", "0044 20 7183 8750", "00"),
    ("US", "0011 44 20 7183 8750", "0011"),
    ("GB", "011 44 20 7183 8750", "011"),
    ("AU", "011 44 20 7183 8750", "011"),
    ("GB", "010 44 20 7183 8750", "010"),
    ("US", "00", "00"),
]


@pytest.mark.parametrize(("country", "dialled", "code"), REFUSED)
def test_a_refused_text_has_its_code_sr_027_038n(country: str, dialled: str, code: str) -> None:
    with pytest.raises(NumberError) as refusal:
        parse_number(dialled, country)

    assert refusal.value.code == code


@pytest.mark.parametrize(("country", "dialled", "prefix"), FOREIGN)
def test_another_countrys_international_prefix_is_refused_by_name_sr_029(
    country: str, dialled: str, prefix: str
) -> None:
    with pytest.raises(WrongPrefixError) as refusal:
        parse_number(dialled, country)

    assert refusal.value.facts == {"prefix": prefix, "country": country}


def test_a_vanity_number_is_refused_with_its_digits_sr_038n() -> None:
    with pytest.raises(LettersError, match="1-800-3569377"):
        parse_number("1-800-FLOWERS", "US")


def test_each_documented_code_belongs_to_one_class() -> None:
    classes = NumberError.__subclasses__()

    assert {each.code for each in classes} == CODES
    assert len(classes) == len(CODES)


@given(
    raw=st.one_of(
        st.text(max_size=40),
        st.text(alphabet="+0123456789 -().x#*", max_size=24),
        st.from_regex(r"\+?[0-9]{1,20}", fullmatch=True),
    ),
    country=st.sampled_from(["AU", "BR", "DE", "GB", "IT", "JP", "US"]),
)
@settings(max_examples=60)
def test_any_text_is_a_number_or_a_documented_refusal_sr_038n(raw: str, country: str) -> None:
    shown = preview(raw, country)

    if shown.number is None:
        assert shown.error is not None
        assert shown.error.code in CODES
        assert str(shown.error)
        assert shown.error.sentence % shown.error.facts == str(shown.error)
    else:
        assert is_e164(shown.number.e164)
        assert parse_number(shown.number.e164, country) == shown.number


@given(digits=st.from_regex(r"[1-9][0-9]{15}", fullmatch=True))
@settings(max_examples=25)
def test_sixteen_digits_after_the_plus_are_never_taken_sr_027(digits: str) -> None:
    shown = preview(f"+{digits}", "US")

    # A national trunk digit written after the country code is not one of the sixteen.
    assert shown.number is None or len(shown.number.e164) <= 16
    assert shown.error is None or shown.error.code == "TOO_LONG"


def test_the_preview_shows_the_correction_before_dialling_sr_036n() -> None:
    """SR-036: what would be called."""
    shown = preview("020 7183 8750", "GB")

    assert (shown.display, shown.error) == ("+44 20 7183 8750", None)


def test_the_preview_gives_the_reason_instead_of_a_number_sr_036n() -> None:
    """SR-036: or why nothing can be."""
    shown = preview("0044 20 7183 8750", "US")

    assert shown.number is None
    assert shown.display is None
    assert str(shown.error) == (
        "00 is not the international prefix of US: start the number with +."
    )
