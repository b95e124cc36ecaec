"""From what people type to plain digits: the signs, and what is not a number at all."""

import re
import unicodedata

import phonenumbers

from apps.numbers.domain.errors import ExtensionError, LettersError, NotANumberError, TooLongError

LONGEST_TEXT = 100
_EXTENSION = re.compile(r"(?:ext(?:ension)?|x|#)[\s.:=]*[0-9]{1,7}", re.IGNORECASE)
_LETTER = re.compile(r"[A-Za-z]")
_GROUPING = re.compile(r"[\s\-.()/]")
_PLAIN = re.compile(r"\+?[0-9]+")


def plain(raw: str) -> str:
    """Return `raw` as an optional + and ASCII digits.

    Raises NotANumberError, TooLongError, LettersError or ExtensionError. The figures of any
    script are read; spaces, dashes, dots, slashes and brackets only group.
    """
    if len(raw) > LONGEST_TEXT:
        raise TooLongError
    text = "".join(_ascii(sign) for sign in unicodedata.normalize("NFKC", raw)).strip()
    _refuse_words(text)
    digits = _GROUPING.sub("", text)
    if not _PLAIN.fullmatch(digits):
        raise NotANumberError
    return digits


def _ascii(sign: str) -> str:
    category = unicodedata.category(sign)
    if category == "Nd":
        return str(unicodedata.decimal(sign))
    if category == "Pd" or sign == "\N{MINUS SIGN}":
        return "-"
    # Marks of writing direction come along when a number is copied from a web page.
    return "" if category == "Cf" else sign


def _refuse_words(text: str) -> None:
    if not text[:1].isdigit() and text[:1] not in {"+", "("}:
        raise NotANumberError
    tail = _EXTENSION.search(text)
    if tail and tail.end() == len(text):
        raise ExtensionError
    if _LETTER.search(text) and text.isascii():
        raise LettersError(digits=phonenumbers.convert_alpha_characters_in_number(text))
