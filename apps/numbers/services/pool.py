"""The only writer of the pool: numbers that operators bring in, for instances to claim."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Conflict, InvalidInput
from apps.core.unit_of_work import unit_of_work
from apps.instances.scope import unscoped
from apps.numbers.domain.e164 import country_of, parse_number
from apps.numbers.domain.errors import NumberError, UnknownCountryError
from apps.numbers.errors import NumberRefused
from apps.numbers.models import PhoneNumber, PoolNumber, kind_of

if TYPE_CHECKING:
    from apps.users.models import User

MANY = 1000
TOLD = 20

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BadLine:
    """Why a line, counted from 1, is no new number; `code` is stable."""

    line: int
    code: str
    message: str


class BadLines(InvalidInput):
    """Nothing was added; the sentences name the lines, and `facts["lines"]` holds them."""

    code = "BAD_LINES"

    def __init__(self, bad: list[BadLine]) -> None:
        sentences = [_now("Line %(line)d: %(message)s") % _parts(each) for each in bad[:TOLD]]
        if len(bad) > TOLD:
            sentences.append(_now("There are %d more lines with mistakes.") % (len(bad) - TOLD))
        super().__init__("\n".join(sentences), field="numbers", lines=bad)


class TooManyLines(InvalidInput):
    code = "TOO_MANY_LINES"
    message = _("These are too many at once. Add at most a thousand numbers.")


class NoNumbers(InvalidInput):
    code = "NO_NUMBERS"
    message = _("Write at least one number, each on a line of its own.")


class PoolChanged(Conflict):
    """Somebody else was quicker."""

    code = "POOL_CHANGED"
    message = _("Some of these numbers were added by somebody else just now. Try again.")


def add_to_pool(text: str, *, country: str, acting_user: "User | None" = None) -> list[PoolNumber]:
    """Add the numbers of a text, one on each line, in any writing of that country.

    All of them or none: raises BadLines with every line that is wrong.
    """
    lines = _lines(text)
    with unit_of_work():
        found, bad = _read(lines, country)
        if bad:
            raise BadLines(bad)
        try:
            with transaction.atomic():
                added = [_row(e164) for e164 in found]
                for row in added:  # each of them is a change that the audit tells
                    row.save()
        except IntegrityError:
            raise PoolChanged(field="numbers") from None
    _log.info("numbers added to the pool", extra=_who(acting_user) | {"count": len(added)})
    return added


def remove_from_pool(number: PoolNumber, *, acting_user: "User | None" = None) -> None:
    """The installation no longer has the number; nothing happens if it was claimed meanwhile."""
    with unit_of_work():
        PoolNumber.objects.filter(pk=number.pk).delete()
    _log.info("number removed from the pool", extra=_who(acting_user))


def put_back(number: PhoneNumber, *, available_from: datetime) -> None:
    """A number that an instance has released, in the transaction of the release."""
    row = _row(number.e164)
    row.available_from = available_from
    row.save()


def _lines(text: str) -> list[tuple[int, str]]:
    """Each line that says something, with its number."""
    lines = [(at, line.strip()) for at, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines:
        raise NoNumbers(field="numbers")
    if len(lines) > MANY:
        raise TooManyLines(field="numbers")
    return lines


def _read(lines: list[tuple[int, str]], country: str) -> tuple[list[str], list[BadLine]]:
    """The numbers of the lines, and why the others are none."""
    found: dict[str, int] = {}
    bad: list[BadLine] = []
    for at, line in lines:
        try:
            first = found.setdefault(parse_number(line, country).e164, at)
        except UnknownCountryError as wrong:
            raise NumberRefused(wrong, field="country") from None
        except NumberError as wrong:
            bad.append(BadLine(at, wrong.code, _now(wrong.sentence) % wrong.facts))
        else:
            if first != at:
                bad.append(BadLine(at, "REPEATED", _now("It is the same as line %d.") % first))
    bad.extend(_known(found))
    return list(found), sorted(bad, key=lambda each: each.line)


def _known(lines: dict[str, int]) -> Iterator[BadLine]:
    """The lines whose numbers are here already."""
    in_pool = PoolNumber.objects.filter(e164__in=lines).values_list("e164", flat=True)
    for e164 in in_pool:
        yield BadLine(lines[e164], "IN_POOL", _now("It is in the pool already."))
    with unscoped("a number belongs to one instance of all"):
        claimed = list(PhoneNumber.objects.filter(e164__in=lines).values_list("e164", flat=True))
    for e164 in claimed:
        yield BadLine(lines[e164], "NUMBER_TAKEN", _now("An instance has claimed it."))


def _row(e164: str) -> PoolNumber:
    return PoolNumber(e164=e164, country=country_of(e164) or "", kind=kind_of(e164))


def _parts(bad: BadLine) -> dict[str, object]:
    return {"line": bad.line, "message": bad.message}


def _who(acting_user: "User | None") -> dict[str, object]:
    return {"acting_user": str(acting_user.public_id) if acting_user else "installation"}
