"""What is read as a telephone number, in which form it is kept, and how it is shown."""

import re

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.numbers.domain.e164 import Number, display, is_e164, parse_number

pytestmark = pytest.mark.domain

# Trunk 0, 1, 8, 06 or none, 0 kept, mobile and area digits moved: the odd plans of the world.
COUNTRIES = ["AR", "AU", "BR", "CI", "DE", "GB", "HU", "IT", "JP", "LT", "MX", "RU", "SM", "US"]

# Home country, as dialled there, stored.
NATIONAL = [
    ("US", "206 555 0100", "+12065550100"),
    ("US", "1 (206) 555-0100", "+12065550100"),
    ("CA", "416.555.0123", "+14165550123"),
    ("GB", "020 7183 8750", "+442071838750"),
    ("AU", "0400 000 000", "+61400000000"),
    ("DE", "030 123456", "+4930123456"),
    ("FR", "01 23 45 67 89", "+33123456789"),
    ("AT", "01 234 5678", "+4312345678"),
    ("BE", "012 34 56 78", "+3212345678"),
    ("BR", "(011) 2345-6789", "+551123456789"),
    ("CH", "021 234 56 78", "+41212345678"),
    ("EG", "02 34567890", "+20234567890"),
    ("FI", "013 1234567", "+358131234567"),
    ("IE", "022 12345", "+3532212345"),
    ("IL", "02-123-4567", "+97221234567"),
    ("IN", "074104 10123", "+917410410123"),
    ("JP", "03-1234-5678", "+81312345678"),
    ("KR", "02-212-3456", "+8222123456"),
    ("NL", "010 123 4567", "+31101234567"),
    ("NZ", "03-234 5678", "+6432345678"),
    ("SE", "08-12 34 56", "+468123456"),
    ("TR", "(0212) 345 67 89", "+902123456789"),
    ("ZA", "010 123 4567", "+27101234567"),
    ("RU", "8 (495) 123-45-67", "+74951234567"),
    # No trunk digit at all.
    ("ES", "810 12 34 56", "+34810123456"),
    ("DK", "32 12 34 56", "+4532123456"),
    ("NO", "21 23 45 67", "+4721234567"),
    ("PL", "12 345 67 89", "+48123456789"),
    ("SG", "6123 4567", "+6561234567"),
]

UNITED_KINGDOM = [
    "020 7183 8750",
    "+44 20 7183 8750",
    "+44 020 7183 8750",
    "+44 (0)20 7183 8750",
    "(+44) 20 7183-8750",
    "+44.20.7183/8750",
    "0044 20 7183 8750",
    "0044 (0)20 7183 8750",
    "\u202a+44 20 7183 8750\u202c",
    "020\N{EN DASH}7183\N{NO-BREAK SPACE}8750",
]

INTERNATIONAL = [
    ("GB", "0044 20 7183 8750", "+442071838750"),
    ("DE", "0044 20 7183 8750", "+442071838750"),
    ("US", "011 44 20 7183 8750", "+442071838750"),
    ("CA", "01144 20 7183 8750", "+442071838750"),
    ("AU", "0011 44 20 7183 8750", "+442071838750"),
    ("JP", "010 44 20 7183 8750", "+442071838750"),
    ("US", "011 39 06 1234 5678", "+390612345678"),
    ("FR", "00 1 206 555 0100", "+12065550100"),
]


@pytest.mark.parametrize(("country", "dialled", "e164"), NATIONAL)
def test_national_dialling_gains_the_country_code_and_loses_the_trunk_digit_sr_032_034(
    country: str, dialled: str, e164: str
) -> None:
    """SR-032, SR-034."""
    assert parse_number(dialled, country).e164 == e164


def test_the_table_of_national_forms_covers_over_twenty_countries_sr_034() -> None:
    assert len({country for country, _, _ in NATIONAL}) >= 20


@pytest.mark.parametrize("dialled", UNITED_KINGDOM)
def test_every_way_to_write_a_british_number_gives_the_same_sr_033(dialled: str) -> None:
    assert parse_number(dialled, "GB") == Number("+442071838750", 44, "GB")


@pytest.mark.parametrize("dialled", ["06 1234 5678", "+39 06 1234 5678", "+39 (0)6 1234 5678"])
def test_the_italian_0_belongs_to_the_number_sr_035n(dialled: str) -> None:
    """SR-035: no blanket rule strips a zero."""
    assert parse_number(dialled, "IT").e164 == "+390612345678"


@pytest.mark.parametrize(("country", "dialled", "e164"), INTERNATIONAL)
def test_the_home_countrys_international_prefix_stands_for_the_plus_sr_029(
    country: str, dialled: str, e164: str
) -> None:
    assert parse_number(dialled, country).e164 == e164


def test_an_area_code_that_begins_like_a_foreign_prefix_is_still_national_sr_029() -> None:
    assert parse_number("0114 496 0000", "GB").e164 == "+441144960000"


@pytest.mark.parametrize("dialled", ["+432914177763170", "00432914177763170"])
def test_fifteen_digits_are_taken_and_the_prefix_is_not_counted_sr_027(dialled: str) -> None:
    assert parse_number(dialled, "GB").e164 == "+432914177763170"


@pytest.mark.parametrize("dialled", ["２０６ ５５５ ０１００", "٢٠٦ ٥٥٥ ٠١٠٠"])
def test_the_figures_of_any_script_are_digits_sr_024(dialled: str) -> None:
    assert parse_number(dialled, "us").e164 == "+12065550100"


def test_a_number_of_no_country_has_no_country() -> None:
    assert parse_number("+800 1234 5678", "US") == Number("+80012345678", 800, None)


@given(country=st.sampled_from(COUNTRIES), home=st.sampled_from(COUNTRIES))
@settings(max_examples=30)
def test_what_is_stored_is_e164_and_reading_it_again_changes_nothing_sr_024(
    country: str, home: str
) -> None:
    example = phonenumbers.example_number(country)
    assert example is not None
    national = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.NATIONAL)

    number = parse_number(national, country)

    assert re.fullmatch(r"\+[1-9][0-9]{1,14}", number.e164)
    assert parse_number(number.e164, home) == number
    assert parse_number(display(number.e164), home) == number


@pytest.mark.parametrize("text", ["+12", "+442071838750", "+123456789012345"])
def test_plus_and_two_to_fifteen_digits_are_well_formed_sr_027(text: str) -> None:
    assert is_e164(text)


@pytest.mark.parametrize(
    "text",
    ["", "+", "+1", "+0123", "442071838750", "+44 20", "+1234567890123456", "+123\n", "+１２３"],
)
def test_anything_else_is_not_e164_sr_024(text: str) -> None:
    assert not is_e164(text)


@pytest.mark.parametrize(
    ("e164", "shown"),
    [
        ("+442071838750", "+44 20 7183 8750"),
        ("+12065550123", "+1 206-555-0123"),
        ("+390612345678", "+39 06 1234 5678"),
    ],
)
def test_a_number_is_shown_with_plus_country_code_and_groups_sr_028(e164: str, shown: str) -> None:
    assert display(e164) == shown


@pytest.mark.parametrize("stored", ["7001", "", "+999123456", "sip:front-desk"])
def test_a_stored_text_outside_the_plans_is_shown_unchanged_sr_031(stored: str) -> None:
    assert display(stored) == stored
