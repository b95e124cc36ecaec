"""Typed digits as an E.164 number."""

import phonenumbers


def international(digits: str, *, country: str | None) -> str | None:
    """``+<digits>`` of a number typed in a country's own form, or internationally without one.

    None when no such number is possible. ``country`` is an ISO 3166 two-letter code.
    """
    text = digits if country else f"+{digits.removeprefix('+')}"
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
