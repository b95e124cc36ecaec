"""Reading a CSV file of people to be created: never raises, and names the cell of each mistake."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from apps.agents.domain.user_cells import Column, UserRow, gettext_noop, quoted, read_cells

LARGEST_FILE = 5 * 1024 * 1024  # bytes
MOST_ROWS = 10_000
# Those of English and of most other Excels, and what is copied out of a table.
_SEPARATORS = (",", ";", "\t")
_NAMED_AT_MOST = 5


@dataclass(frozen=True, slots=True)
class Problem:
    """`row` as a program for tables counts, the header being 1, and 0 for the whole file."""

    row: int
    column: str
    sentence: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """The rows, and the mistakes in their cells; `count` includes rows of another length."""

    rows: list[UserRow]
    problems: list[Problem]
    count: int = 0


class NotATable(ValueError):
    """The file as a whole cannot be read."""

    def __init__(self, sentence: str, *, row: int = 0, **facts: str) -> None:
        super().__init__(sentence)
        self.problem = Problem(row, "", sentence, facts)


def template() -> str:
    """A file with the header and one row, to begin with."""
    example = {
        Column.FIRST_NAME: "Jane",
        Column.LAST_NAME: "Doe",
        Column.EMAIL: "jane.doe@example.com",
        Column.USER_LOGIN: "jane",
        Column.ROUTING_PROFILE: "Basic Routing Profile",
        Column.SECURITY_PROFILES: "Agent",
        Column.PHONE_TYPE: "soft",
        Column.AUTO_ACCEPT: "no",
        Column.ACW_TIMEOUT: "0",
    }
    lines = io.StringIO()
    csv.writer(lines).writerows([list(Column), [example.get(column, "") for column in Column]])
    return lines.getvalue()


def read_table(raw: bytes, *, country: str) -> Table:
    """Read the bytes of a file; numbers without + belong to the home `country`."""
    try:
        return _read(_records(_decoded(raw)), country=country)
    except NotATable as why:
        return Table([], [why.problem])


def count_rows(raw: bytes) -> int:
    """How many people are in the file; raises `NotATable` for what is no table at all.

    Much faster than reading every cell, so that it can be asked while somebody waits.
    """
    records = _records(_decoded(raw))
    _columns(records)
    return _some(sum(1 for _record in records))


def repeats(keys: Mapping[int, str]) -> list[tuple[int, int]]:
    """Rows with the same key as an earlier one, each with that one's number."""
    first: dict[str, int] = {}
    return [
        (number, first[key])
        for number, key in keys.items()
        if first.setdefault(key, number) < number
    ]


def _decoded(raw: bytes) -> str:
    if len(raw) > LARGEST_FILE:
        raise NotATable(gettext_noop("The file is larger than 5 MB."))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotATable(
            gettext_noop("The file is not in UTF-8. Save it as “CSV UTF-8” and upload it again.")
        ) from None


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Numbered rows that are not empty."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    number = 0
    while (cells := _next(reader, number + 1)) is not None:
        number += 1
        if number > MOST_ROWS + 1:
            raise NotATable(gettext_noop("The file has more than 10,000 rows: make several of it."))
        if any(cell.strip() for cell in cells):
            yield number, cells


def _next(reader: Iterator[list[str]], number: int) -> list[str] | None:
    try:
        return next(reader, None)
    except csv.Error:
        sentence = gettext_noop("The quotation marks do not fit together from this row on.")
        raise NotATable(sentence, row=number) from None


def _separator(text: str) -> str:
    """The one that splits the first row with anything in it into the most known columns."""
    first = text.lstrip("\r\n")[:10_000].splitlines()[:1]
    known = set(map(_folded, Column))

    def found(separator: str) -> tuple[int, int]:
        cells = next(csv.reader(first, delimiter=separator), [])
        return sum(_folded(cell) in known for cell in cells), len(cells)

    return max(_SEPARATORS, key=found)


def _folded(name: str) -> str:
    """Names of columns are compared without case and blanks."""
    return "".join(name.split()).casefold()


def _read(records: Iterator[tuple[int, list[str]]], *, country: str) -> Table:
    columns = _columns(records)
    rows: list[UserRow] = []
    problems: list[Problem] = []
    count = 0
    for number, cells in records:
        count += 1
        row, mistakes = _row(number, cells, columns, country=country)
        rows += [row] if row else []
        problems += mistakes
    return Table(rows, problems, _some(count))


def _some(count: int) -> int:
    if not count:
        raise NotATable(gettext_noop("The file has no rows below its header."))
    return count


def _columns(records: Iterator[tuple[int, list[str]]]) -> list[Column]:
    """The columns in the order of the file, from the first of its records."""
    row, names = next(records, (0, []))
    names = _without_empty_end(names, 0)
    if not names:
        raise NotATable(gettext_noop("The file is empty."))
    known = {_folded(column): column for column in Column}
    if unknown := [name for name in names if _folded(name) not in known]:
        sentence = gettext_noop("These columns are not known: %(columns)s.")
        raise NotATable(sentence, row=row, columns=_listed(unknown))
    columns = [known[_folded(name)] for name in names]
    if missing := [column for column in Column if column not in columns]:
        sentence = gettext_noop("These columns are missing: %(columns)s.")
        raise NotATable(sentence, row=row, columns=", ".join(missing))
    if double := [column for column, times in Counter(columns).items() if times > 1]:
        sentence = gettext_noop("These columns are there twice: %(columns)s.")
        raise NotATable(sentence, row=row, columns=_listed(double))
    return columns


def _listed(names: Sequence[str]) -> str:
    shown = [f"“{quoted(name)}”" for name in names[:_NAMED_AT_MOST]]
    return ", ".join(shown + ["…"] * (len(names) > _NAMED_AT_MOST))


def _row(
    number: int, cells: list[str], columns: list[Column], *, country: str
) -> tuple[UserRow | None, list[Problem]]:
    cells = _without_empty_end(cells, len(columns))
    if len(cells) != len(columns):
        sentence = gettext_noop("The row has %(cells)s cells instead of %(columns)s.")
        facts = {"cells": str(len(cells)), "columns": str(len(columns))}
        return None, [Problem(number, "", sentence, facts)]
    row, refused = read_cells(number, dict(zip(columns, cells, strict=True)), country=country)
    return row, [Problem(number, c, why.sentence, why.facts) for c, why in refused.items()]


def _without_empty_end(cells: list[str], least: int) -> list[str]:
    """Programs for tables write empty columns at the right."""
    end = len(cells)
    while end > least and not cells[end - 1].strip():
        end -= 1
    return cells[:end]
