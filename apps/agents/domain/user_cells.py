"""What the cells of a CSV file of people may hold.

A cell is refused with a sentence for the catalogue and the facts that fill it; the edge translates.
"""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from apps.core.text import is_storable
from apps.numbers.domain.e164 import parse_number
from apps.numbers.domain.errors import NumberError

LONGEST_CELL = 1000  # characters; the lists of names are the longest
LONGEST_ACW = 2_000_000  # seconds
BETWEEN_NAMES = "|"
# A program for tables takes these for the beginning of a formula.
_FORMULA = frozenset("=+-@\t\r")
_QUOTED_AT_MOST = 60

T = TypeVar("T")


def gettext_noop(sentence: str) -> str:
    """Mark a sentence for the catalogue; the edge translates it, a pure rule must not."""
    return sentence


class Column(StrEnum):
    """The columns, named as in the first row of the file."""

    FIRST_NAME = "first name"
    LAST_NAME = "last name"
    EMAIL = "e-mail"
    PASSWORD = "password"  # noqa: S105 - the name of a column
    USER_LOGIN = "user login"
    ROUTING_PROFILE = "routing profile name"
    SECURITY_PROFILES = "security profiles"
    HIERARCHY = "hierarchy"
    PHONE_TYPE = "phone type"
    PHONE_NUMBER = "phone number"
    AUTO_ACCEPT = "auto accept"
    ACW_TIMEOUT = "ACW timeout"


class CellRefused(ValueError):
    """`sentence` is the catalogue entry, `facts` fills its placeholders."""

    def __init__(self, sentence: str, **facts: str) -> None:
        super().__init__(sentence % facts)
        self.sentence, self.facts = sentence, facts


@dataclass(frozen=True, slots=True)
class UserRow:
    """One person to be created; `number` is the row as a program for tables counts it.

    Cells in `refused` were not read: their values stand for nothing.
    """

    number: int
    refused: frozenset[Column]
    first_name: str
    last_name: str
    email: str
    password: str
    username: str
    routing_profile: str
    profiles: tuple[str, ...]
    hierarchy: tuple[str, ...]
    is_desk_phone: bool
    phone_number: str
    auto_accept: bool
    acw_seconds: int


def quoted(text: str) -> str:
    """A text from the file as a sentence repeats it."""
    shown = "".join(sign if sign.isprintable() else "�" for sign in text[:_QUOTED_AT_MOST])
    return shown + "…" if len(text) > _QUOTED_AT_MOST else shown


def read_cells(
    number: int, cells: Mapping[Column, str], *, country: str
) -> tuple[UserRow, dict[Column, CellRefused]]:
    """The row, and every refusal of its cells; `country` is that of numbers without a +."""
    refused: dict[Column, CellRefused] = {}

    def read(column: Column, rule: Callable[[str], T], default: T) -> T:
        try:
            return rule(_clean(column, cells[column]))
        except CellRefused as why:
            refused[column] = why
            return default

    is_desk_phone = read(Column.PHONE_TYPE, _is_desk_phone, default=False)
    row = UserRow(
        number=number,
        first_name=read(Column.FIRST_NAME, _text(255), ""),
        last_name=read(Column.LAST_NAME, _text(300), ""),
        email=read(Column.EMAIL, _text(254), ""),
        password=read(Column.PASSWORD, _needed, ""),
        username=read(Column.USER_LOGIN, _login, ""),
        routing_profile=read(Column.ROUTING_PROFILE, _needed, ""),
        profiles=read(Column.SECURITY_PROFILES, _profiles, ()),
        hierarchy=read(Column.HIERARCHY, _names, ()),
        is_desk_phone=is_desk_phone,
        phone_number=read(
            Column.PHONE_NUMBER,
            lambda text: _phone_number(text, country, is_needed=is_desk_phone),
            "",
        ),
        auto_accept=read(Column.AUTO_ACCEPT, _is_yes, default=False),
        acw_seconds=read(Column.ACW_TIMEOUT, _seconds, 0),
        refused=frozenset(),
    )
    return replace(row, refused=frozenset(refused)), refused


def _clean(column: Column, cell: str) -> str:
    if len(cell) > LONGEST_CELL:
        sentence = gettext_noop("At most %(most)s characters are possible here.")
        raise CellRefused(sentence, most=str(LONGEST_CELL))
    if not is_storable(cell):
        raise CellRefused(gettext_noop("There are signs in it that are no text."))
    if column is Column.PASSWORD:  # as it is: a blank or a minus may belong to it
        return cell
    text = unicodedata.normalize("NFKC", cell)
    _refuse_formula(column, text)
    text = text.strip()
    _refuse_formula(column, text)
    if any(unicodedata.category(sign) == "Cc" for sign in text):
        raise CellRefused(gettext_noop("Line breaks and control characters are not possible here."))
    return text


def _refuse_formula(column: Column, text: str) -> None:
    """So that nobody who opens a list of these people elsewhere runs what somebody wrote in it."""
    allowed = "+" if column is Column.PHONE_NUMBER else ""
    if text[:1] in _FORMULA - set(allowed):
        sentence = gettext_noop("“%(cell)s” begins like a formula: take the first sign away.")
        raise CellRefused(sentence, cell=quoted(text))


def _text(longest: int) -> Callable[[str], str]:
    def rule(text: str) -> str:
        if len(text) > longest:
            sentence = gettext_noop("At most %(most)s characters are possible here.")
            raise CellRefused(sentence, most=str(longest))
        return text

    return rule


def _needed(text: str) -> str:
    if not text:
        raise CellRefused(gettext_noop("This cell must not be empty."))
    return text


def _login(text: str) -> str:
    return _text(100)(_needed(text))


def _names(text: str) -> tuple[str, ...]:
    if not text:
        return ()
    names = tuple(name.strip() for name in text.split(BETWEEN_NAMES))
    if not all(names):
        raise CellRefused(gettext_noop("There is an empty name before or after a “|”."))
    return names


def _profiles(text: str) -> tuple[str, ...]:
    return _names(_needed(text))


def _is_desk_phone(text: str) -> bool:
    kinds = {"": False, "soft": False, "desk": True}
    if text.casefold() not in kinds:
        raise CellRefused(
            gettext_noop("Write “soft” or “desk”, not “%(cell)s”."), cell=quoted(text)
        )
    return kinds[text.casefold()]


def _phone_number(text: str, country: str, *, is_needed: bool) -> str:
    if not text and is_needed:
        raise CellRefused(gettext_noop("A desk phone needs its telephone number."))
    if not text:
        return ""
    try:
        return parse_number(text, country).e164
    except NumberError as why:
        raise CellRefused(why.sentence, **why.facts) from None


def _is_yes(text: str) -> bool:
    answers = {"": False, "no": False, "yes": True}
    if text.casefold() not in answers:
        raise CellRefused(gettext_noop("Write “yes” or “no”, not “%(cell)s”."), cell=quoted(text))
    return answers[text.casefold()]


def _seconds(text: str) -> int:
    if not text:
        return 0
    is_number = text.isascii() and text.isdigit() and len(text) < 10
    if not is_number or int(text) > LONGEST_ACW:
        raise CellRefused(
            gettext_noop("Write a whole number of seconds up to %(most)s, 0 for no limit."),
            most=str(LONGEST_ACW),
        )
    return int(text)
