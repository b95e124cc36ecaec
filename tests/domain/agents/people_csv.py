"""CSV files of people for tests: right unless a test says otherwise."""

import csv
import io
from collections.abc import Iterable

from apps.agents.domain.user_cells import Column

HEADER = list(map(str, Column))


def person(name: str = "jo", **cells: str) -> list[str]:
    """A row that is accepted in a new instance; cells by the name of their `Column` constant."""
    right = {
        "FIRST_NAME": "Jo",
        "LAST_NAME": "March",
        "EMAIL": f"{name}@example.com",
        "PASSWORD": "Correct-Horse-7",
        "USER_LOGIN": name,
        "ROUTING_PROFILE": "Basic Routing Profile",
        "SECURITY_PROFILES": "Agent",
    }
    return [(right | cells).get(column.name, "") for column in Column]


def written(*rows: Iterable[str], separator: str = ",") -> bytes:
    lines = io.StringIO()
    csv.writer(lines, delimiter=separator).writerows(rows)
    return lines.getvalue().encode()


def people(*rows: list[str]) -> bytes:
    """A file with the header and these rows."""
    return written(HEADER, *rows)


def crowd(size: int, *, prefix: str = "u") -> bytes:
    return people(*(person(f"{prefix}{n}") for n in range(size)))
