"""Why a text is not a number that can be dialled: one class a reason, each with a stable code."""

from typing import ClassVar


def gettext_noop(sentence: str) -> str:
    """Mark a sentence for the catalogue; the edge translates it, a pure rule must not."""
    return sentence


class NumberError(ValueError):
    """A text that is not accepted as a telephone number.

    `code` is stable and for programs. `sentence` is the catalogue entry, `facts` fills its
    placeholders; `str(error)` is the English sentence. The edge shows
    `gettext(error.sentence) % error.facts`.
    """

    code: ClassVar[str]
    sentence: ClassVar[str]

    def __init__(self, **facts: str) -> None:
        super().__init__(self.sentence % facts)
        self.facts = facts


class NotANumberError(NumberError):
    """Empty, or something other than digits and the signs people group them with."""

    code = "NOT_A_NUMBER"
    sentence = gettext_noop("Enter a telephone number: digits, with or without a leading +.")


class TooShortError(NumberError):
    code = "TOO_SHORT"
    sentence = gettext_noop("The number is too short: add the area code or the missing digits.")


class TooLongError(NumberError):
    """More than 15 digits (E.164, SR-027), or more than the country has."""

    code = "TOO_LONG"
    sentence = gettext_noop("The number has too many digits: 15 at most, country code included.")


class InvalidError(NumberError):
    """Well formed, but no number of its country looks like that."""

    code = "INVALID"
    sentence = gettext_noop("No number in %(country)s looks like this: check the digits.")


class WrongPrefixError(NumberError):
    """The international prefix of another country than the one dialled from (SR-029)."""

    code = "WRONG_PREFIX"
    sentence = gettext_noop(
        "%(prefix)s is not the international prefix of %(country)s: start the number with +."
    )


class UnknownCountryError(NumberError):
    """The home country given is not an ISO 3166 code with a numbering plan."""

    code = "UNKNOWN_COUNTRY"
    sentence = gettext_noop("There is no country “%(country)s”: use two letters, such as GB.")


class UnknownCallingCodeError(NumberError):
    code = "UNKNOWN_CALLING_CODE"
    sentence = gettext_noop("No country has this calling code: check the digits after the +.")


class LettersError(NumberError):
    """A vanity number; refused with the digits it stands for (SR-038)."""

    code = "LETTERS"
    sentence = gettext_noop("Use digits instead of letters: %(digits)s.")


class ExtensionError(NumberError):
    """E.164 has no room for an extension; dropping it in silence would ring somebody else."""

    code = "EXTENSION"
    sentence = gettext_noop("Leave the extension out and dial it as digits during the call.")


class EmergencyError(NumberError):
    """An emergency number of the home country; refused (SR-038)."""

    code = "EMERGENCY"
    sentence = gettext_noop("Emergency numbers cannot be called from here: use a telephone.")


class ShortCodeError(NumberError):
    """A short number that means something only inside one network; refused (SR-038)."""

    code = "SHORT_CODE"
    sentence = gettext_noop("Short numbers cannot be called from here: use the full number.")
