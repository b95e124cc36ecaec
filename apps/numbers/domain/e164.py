"""Telephone numbers in their one stored form, E.164, and how they are read and shown.

`parse_number` is the only normaliser (SR-037): whatever is typed, imported or sent goes through
it. The numbering plans are those of the `phonenumbers` library.
"""

import re
from dataclasses import dataclass

import phonenumbers
from phonenumbers import (
    CountryCodeSource,
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberType,
    ValidationResult,
    shortnumberinfo,
)

from apps.numbers.domain.errors import (
    EmergencyError,
    InvalidError,
    NumberError,
    ShortCodeError,
    TooLongError,
    TooShortError,
    UnknownCallingCodeError,
    UnknownCountryError,
    WrongPrefixError,
)
from apps.numbers.domain.writing import plain

MOST_DIGITS = 15
_E164 = re.compile(r"\+[1-9][0-9]{1,14}")
# What stands for the plus in most countries, in North America, Australia and Japan (SR-029).
_PREFIXES = ("0011", "011", "010", "00")
_NO_COUNTRY = "001"
_SHORT = {ValidationResult.TOO_SHORT, ValidationResult.IS_POSSIBLE_LOCAL_ONLY}


@dataclass(frozen=True, slots=True)
class Number:
    """A dialable number: `e164` is stored, `country` is None for numbers of no country (+800)."""

    e164: str
    calling_code: int
    country: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What the line below the number field shows (SR-036): a number, or the reason against it."""

    number: Number | None
    display: str | None
    error: NumberError | None


def is_e164(text: str) -> bool:
    """Tell whether `text` is well formed: +, then 2 to 15 ASCII digits, no leading 0 (SR-024)."""
    return _E164.fullmatch(text) is not None


def parse_number(raw: str, country: str) -> Number:
    """Read `raw` as dialled from the home `country` (ISO 3166, two letters) or raise NumberError.

    Takes national and international forms, with +, with the home country's own prefix, with the
    trunk 0 left in (SR-027, 029, 032-035). Parsing an `e164` gives the same Number again.
    """
    home = country.upper()
    if home not in phonenumbers.SUPPORTED_REGIONS:
        raise UnknownCountryError(country=country)
    digits = plain(raw)
    if shortnumberinfo.is_emergency_number(digits, home):
        raise EmergencyError
    parsed = _read(digits, home)
    if not phonenumbers.is_valid_number(parsed):
        raise _why_invalid(digits, parsed, home)
    return _number(parsed)


def is_toll_free(e164: str) -> bool:
    """Whether calls to it are paid for by whoever owns it."""
    kind = phonenumbers.number_type(phonenumbers.parse(e164, None))
    return kind == PhoneNumberType.TOLL_FREE


def countries() -> list[tuple[str, int]]:
    """Every country with a numbering plan (ISO 3166, two letters), and its calling code."""
    known = sorted(phonenumbers.SUPPORTED_REGIONS)
    return [(country, phonenumbers.country_code_for_region(country)) for country in known]


def country_of(e164: str) -> str | None:
    """The country of a number, None for those of no country (+800)."""
    region = phonenumbers.region_code_for_number(phonenumbers.parse(e164, None))
    return None if region == _NO_COUNTRY else region


def display(e164: str) -> str:
    """Return the number grouped for reading, with its + and country code (SR-028).

    A stored text that is not E.164 (an extension of a trunk, SR-031) is shown unchanged.
    """
    if not is_e164(e164):
        return e164
    try:
        parsed = phonenumbers.parse(e164, None)
    except NumberParseException:
        return e164
    return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)


def preview(raw: str, country: str) -> Preview:
    """Say what would be dialled, without raising: the correction shown while typing (SR-036)."""
    try:
        number = parse_number(raw, country)
    except NumberError as error:
        return Preview(number=None, display=None, error=error)
    return Preview(number=number, display=display(number.e164), error=None)


def _read(digits: str, home: str) -> PhoneNumber:
    try:
        return phonenumbers.parse(digits, home, keep_raw_input=True)
    except NumberParseException as refusal:
        raise _why_unreadable(digits, home, refusal.error_type) from None


def _why_unreadable(digits: str, home: str, error_type: int) -> NumberError:
    if foreign := _foreign_prefix(digits, home):
        return WrongPrefixError(prefix=foreign, country=home)
    if error_type == NumberParseException.TOO_LONG or len(digits.removeprefix("+")) > MOST_DIGITS:
        return TooLongError()
    if error_type == NumberParseException.INVALID_COUNTRY_CODE:
        return UnknownCallingCodeError()
    return TooShortError()


def _why_invalid(digits: str, parsed: PhoneNumber, home: str) -> NumberError:
    national = parsed.country_code_source == CountryCodeSource.FROM_DEFAULT_COUNTRY
    if national and (foreign := _foreign_prefix(digits, home)):
        return WrongPrefixError(prefix=foreign, country=home)
    if national and shortnumberinfo.is_possible_short_number_for_region(parsed, home):
        return ShortCodeError()
    length = phonenumbers.is_possible_number_with_reason(parsed)
    if length in _SHORT:
        return TooShortError()
    # Fifteen digits are well formed anywhere (SR-027): only a national entry, whose country is
    # certain, is judged by the length of that country's numbers.
    written = max(len(_e164(parsed)), len(digits) if digits.startswith("+") else 0)
    if written > MOST_DIGITS + 1 or (national and length == ValidationResult.TOO_LONG):
        return TooLongError()
    region = phonenumbers.region_code_for_country_code(_calling_code(parsed))
    return InvalidError(country=home if national else region)


def _foreign_prefix(digits: str, home: str) -> str | None:
    """The prefix of another country with which `digits` starts, if that is what it must be.

    No national number starts with 00 unless the plan says so, and then it was valid. The longer
    prefixes are also beginnings of area codes, so what follows them has to be a number.
    """
    if _is_home_prefix(digits, home):
        return None
    for prefix in _PREFIXES:
        rest = digits.removeprefix(prefix)
        if rest != digits and _is_number(rest):
            return prefix
    return "00" if digits.startswith("00") else None


def _is_home_prefix(digits: str, home: str) -> bool:
    plan = phonenumbers.PhoneMetadata.metadata_for_region(home)
    return bool(plan and re.match(plan.international_prefix or r"\b\B", digits))


def _is_number(digits: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(f"+{digits}", None))
    except NumberParseException:
        return False


def _calling_code(parsed: PhoneNumber) -> int:
    assert parsed.country_code is not None, "the library sets it whenever it parses"
    return parsed.country_code


def _e164(parsed: PhoneNumber) -> str:
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)


def _number(parsed: PhoneNumber) -> Number:
    e164 = _e164(parsed)
    # Some plans list numbers beyond the standard (Japan has 17 digits inside the country).
    if not is_e164(e164):
        raise TooLongError
    region = phonenumbers.region_code_for_number(parsed)
    return Number(
        e164=e164,
        calling_code=_calling_code(parsed),
        country=None if region == _NO_COUNTRY else region,
    )
