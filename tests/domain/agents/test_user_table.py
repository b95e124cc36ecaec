"""The CSV file of people: what is read, and that each mistake is named with its cell."""

import csv
import io
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.agents.domain import user_table
from apps.agents.domain.user_cells import Column
from apps.agents.domain.user_table import LARGEST_FILE, Table, read_table, repeats, template
from apps.numbers.domain.errors import EmergencyError
from tests.domain.agents.people_csv import HEADER, crowd, people, person, written

pytestmark = pytest.mark.domain

_SECONDS = "Write a whole number of seconds up to 2000000, 0 for no limit."


def read(raw: bytes) -> Table:
    return read_table(raw, country="GB")


def said(raw: bytes) -> list[tuple[int, str, str]]:
    problems = read(raw).problems
    return [(each.row, each.column, each.sentence % each.facts) for each in problems]


def the_only_sentence(raw: bytes) -> str:
    [(row, column, sentence)] = said(raw)
    assert (row, column) == (0, "")
    return sentence


def test_every_column_is_read() -> None:
    row = person(
        SECURITY_PROFILES="Agent | QualityAnalyst",
        HIERARCHY="Europe|Berlin",
        PHONE_TYPE="Desk",
        PHONE_NUMBER="020 7183 8750",
        AUTO_ACCEPT="YES",
        ACW_TIMEOUT="30",
    )

    [read_row] = read(people(row)).rows

    assert read_row.number == 2
    assert read_row.profiles == ("Agent", "QualityAnalyst")
    assert read_row.hierarchy == ("Europe", "Berlin")
    assert (read_row.is_desk_phone, read_row.phone_number) == (True, "+442071838750")
    assert (read_row.auto_accept, read_row.acw_seconds) == (True, 30)
    assert (read_row.first_name, read_row.username, read_row.email) == (
        "Jo",
        "jo",
        "jo@example.com",
    )


def test_what_may_be_left_empty_has_a_meaning() -> None:
    [row] = read(people(person(FIRST_NAME="", LAST_NAME="", EMAIL=""))).rows

    assert (row.is_desk_phone, row.phone_number, row.auto_accept, row.acw_seconds) == (
        False,
        "",
        False,
        0,
    )
    assert row.hierarchy == ()


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
def test_tables_of_usual_programs_are_read(separator: str, mark: str, line_end: str) -> None:
    text = written(HEADER, person(LAST_NAME="O, Neil; x"), separator=separator).decode()

    table = read((mark + text.replace("\r\n", line_end)).encode())

    assert [row.last_name for row in table.rows] == ["O, Neil; x"]


def test_columns_come_in_any_order_and_spelling() -> None:
    order = random.Random(4).sample(range(len(HEADER)), len(HEADER))
    header = [f" {HEADER[n].upper().replace(' ', '  ')} " for n in order]
    cells = person(EMAIL="jo@example.com")

    [row] = read(written([*header, "", ""], [*(cells[n] for n in order), "", ""])).rows

    assert (row.username, row.email) == ("jo", "jo@example.com")


def test_unknown_missing_and_double_columns_are_named() -> None:
    assert said(written(["tags", *HEADER])) == [(1, "", "These columns are not known: “tags”.")]
    assert said(b"name;mail") == [(1, "", "These columns are not known: “name”, “mail”.")]
    assert said(written(HEADER[2:])) == [
        (1, "", "These columns are missing: first name, last name.")
    ]
    assert said(written([*HEADER, "E-Mail"])) == [
        (1, "", "These columns are there twice: “e-mail”.")
    ]


@pytest.mark.parametrize(
    ("column", "cell", "sentence"),
    [
        (Column.USER_LOGIN, "", "This cell must not be empty."),
        (Column.PASSWORD, "", "This cell must not be empty."),
        (Column.ROUTING_PROFILE, "  ", "This cell must not be empty."),
        (Column.SECURITY_PROFILES, "", "This cell must not be empty."),
        (Column.USER_LOGIN, "j" * 101, "At most 100 characters are possible here."),
        (Column.LAST_NAME, "m" * 301, "At most 300 characters are possible here."),
        (Column.HIERARCHY, "m" * 1001, "At most 1000 characters are possible here."),
        (Column.FIRST_NAME, "J\0", "There are signs in it that are no text."),
        (Column.FIRST_NAME, "J\no", "Line breaks and control characters are not possible here."),
        (Column.SECURITY_PROFILES, "Agent||Admin", "There is an empty name before or after a “|”."),
        (Column.HIERARCHY, "Europe|", "There is an empty name before or after a “|”."),
        (Column.PHONE_TYPE, "mobile", "Write “soft” or “desk”, not “mobile”."),
        (Column.PHONE_TYPE, "desk", "A desk phone needs its telephone number."),
        (Column.AUTO_ACCEPT, "maybe", "Write “yes” or “no”, not “maybe”."),
        (Column.ACW_TIMEOUT, "1.5", _SECONDS),
        (Column.ACW_TIMEOUT, "2000001", _SECONDS),
        (Column.ACW_TIMEOUT, "9" * 999, _SECONDS),
        (Column.PHONE_NUMBER, "4.4207E+11", "Use digits instead of letters: 4.42073+11."),
        (Column.PHONE_NUMBER, "999", EmergencyError.sentence),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_cell(column: Column, cell: str, sentence: str) -> None:
    wrong = person(**{column.name: cell})

    found = said(people(person("al"), [], wrong))

    at = Column.PHONE_NUMBER if cell == "desk" else column
    assert found == [(4, at, sentence)]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", " =", "＝", "﹣"])
@pytest.mark.parametrize("column", sorted(set(Column) - {Column.PASSWORD, Column.PHONE_NUMBER}))
def test_formulas_are_refused_s_09(column: Column, sign: str) -> None:
    """S-09: they would run at whoever exports these people one day."""
    cell = f"{sign}HYPERLINK(1)"

    [(row, at, sentence)] = said(people(person(**{column.name: cell})))

    assert (row, at) == (2, column)
    assert "begins like a formula" in sentence


def test_a_plus_belongs_to_a_number_and_any_sign_to_a_password() -> None:
    right = person(PHONE_NUMBER="+44 20 7183 8750", PASSWORD=" =Horse-7 ")
    wrong = person(PHONE_NUMBER="-442071838750")

    table = read(people(right, wrong))

    assert (table.rows[0].phone_number, table.rows[0].password) == (
        "+442071838750",
        " =Horse-7 ",
    )
    assert [(each.row, each.column) for each in table.problems] == [(3, Column.PHONE_NUMBER)]


def test_all_mistakes_of_a_row_are_named_at_once() -> None:
    wrong = person(USER_LOGIN="", AUTO_ACCEPT="x", PHONE_TYPE="x")

    assert {column for _row, column, _text in said(people(wrong))} == {
        Column.USER_LOGIN,
        Column.PHONE_TYPE,
        Column.AUTO_ACCEPT,
    }


def test_a_row_of_another_length_is_named() -> None:
    short, long = person()[:-2], [*person(), "x"]

    assert said(people(short, long)) == [
        (2, "", "The row has 10 cells instead of 12."),
        (3, "", "The row has 13 cells instead of 12."),
    ]


def test_a_long_cell_is_cut_where_a_sentence_repeats_it() -> None:
    [(_row, _column, sentence)] = said(people(person(PHONE_TYPE="é\u202e" * 100)))

    assert len(sentence) < 120
    assert sentence.isprintable()


def test_other_encodings_are_refused_with_what_to_do() -> None:
    for encoding in ("utf-16", "latin-1"):
        raw = people(person(FIRST_NAME="José")).decode().encode(encoding)

        assert "CSV UTF-8" in the_only_sentence(raw)


def test_a_file_without_people_says_so() -> None:
    assert the_only_sentence(people()) == "The file has no rows below its header."
    assert said(b"") == [(0, "", "The file is empty.")]
    assert said(b"\xef\xbb\xbf\r\n ,,\r\n") == [(0, "", "The file is empty.")]


def test_quotation_marks_that_do_not_fit_are_named_with_their_row() -> None:
    raw = people(person()) + b'"Jo"x,\r\n'

    [(row, _column, sentence)] = said(raw)

    assert (row, sentence) == (3, "The quotation marks do not fit together from this row on.")


def test_ten_thousand_rows_are_read_and_one_more_is_refused() -> None:
    table = read(crowd(10_000))

    assert (len(table.rows), table.count, table.problems) == (10_000, 10_000, [])
    assert "more than 10,000 rows" in the_only_sentence(crowd(10_001))
    assert "more than 10,000 rows" in the_only_sentence(crowd(1) + b"\n" * 10_000)


def test_more_than_five_megabytes_are_refused() -> None:
    assert the_only_sentence(b"x" * (LARGEST_FILE + 1)) == "The file is larger than 5 MB."


def test_repeated_keys_are_found_with_the_first_row_that_has_them() -> None:
    assert repeats({2: "ana", 3: "ben", 5: "ana", 7: "ana"}) == [(5, 2), (7, 2)]


def test_the_template_is_a_file_that_only_lacks_a_password() -> None:
    assert said(template().encode()) == [(2, Column.PASSWORD, "This cell must not be empty.")]


_CELLS = st.text(max_size=8) | st.sampled_from(
    ["=1", "-", '"', "\r", "\0", "|", "desk", "yes", "+44 20 7183 8750", "9" * 40, "\u202e", "%s"]
)
_TABLES = st.lists(st.lists(_CELLS, max_size=14), max_size=4).map(lambda rows: people(*rows))


@given(raw=st.binary(max_size=300) | _TABLES | st.text(max_size=200).map(str.encode))
@settings(max_examples=200)
def test_any_bytes_are_a_table_or_a_list_of_sentences_s_09(raw: bytes) -> None:
    """S-09: the file is hostile."""
    table = read(raw)

    assert len(table.rows) <= table.count <= user_table.MOST_ROWS
    for problem in table.problems:
        assert problem.sentence % problem.facts
    for row in table.rows:
        assert row.username == row.username.strip()
        assert bool(row.username) is (Column.USER_LOGIN not in row.refused)


def test_wide_and_deep_files_stay_bounded_s_09() -> None:
    """S-09: five megabytes of separators, of quotation marks, of one cell, of empty lines."""
    for junk in (b",", b'"', b"x", b"\n", b"\0", "\ufdfa".encode()):
        table = read(junk * (LARGEST_FILE // len(junk)))
        assert len(table.problems) == 1
    wide = io.StringIO()
    csv.writer(wide).writerow(HEADER)
    assert len(read((wide.getvalue() + "," * 4_000_000).encode()).problems) == 1
