"""From a read file to people who could be created, and to the cells that stand against it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.utils.translation import gettext as text

from apps.agents.domain.user_cells import Column, UserRow
from apps.agents.domain.user_table import Problem, read_table, repeats
from apps.agents.models import Agent
from apps.agents.services.newcomers import Newcomer, newcomer
from apps.agents.services.settings import PhoneSettings
from apps.agents.services.upload_names import Names
from apps.agents.services.upload_states import Finding
from apps.core.errors import DomainError
from apps.instances.models import Instance
from apps.instances.services.quotas import QuotaReached
from apps.users.models import User
from apps.users.services import new_user, require_good_password

_STEP = 100  # rows
# The fields that services name, and where their value came from.
_COLUMNS = {
    "username": Column.USER_LOGIN,
    "password": Column.PASSWORD,
    "first_name": Column.FIRST_NAME,
    "last_name": Column.LAST_NAME,
    "email": Column.EMAIL,
    "profiles": Column.SECURITY_PROFILES,
    "routing_profile": Column.ROUTING_PROFILE,
    "hierarchy_group": Column.HIERARCHY,
    "phone_type": Column.PHONE_TYPE,
    "desk_phone_number": Column.PHONE_NUMBER,
    "acw_seconds": Column.ACW_TIMEOUT,
}
_ORDER = {column: place for place, column in enumerate(Column)}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Looked:
    """Rows with the people they would become; only without findings are they all there."""

    people: list[tuple[UserRow, Newcomer]]
    findings: list[Finding]


def look_through(
    raw: bytes, *, instance: Instance, acting_user: User, on_step: Callable[[int], None]
) -> Looked:
    """Check every cell as creating one person would; `on_step` hears how many rows are done."""
    table = read_table(raw, country=instance.country)
    names = Names(instance, acting_user)
    people: list[tuple[UserRow, Newcomer]] = []
    keys: dict[int, str] = {}
    findings = [_finding(problem) for problem in table.problems]
    for place, row in enumerate(table.rows):
        if place % _STEP == 0:
            on_step(place)
        checked = _Row(row, names, instance)
        findings += checked.findings
        if checked.user is not None:
            keys[row.number] = checked.user.login_key
        if checked.person is not None:
            people.append((row, checked.person))
    findings += [*_repeated(keys), *_without_room(names, table.count)]
    return Looked(people, sorted(findings, key=_place))


class _Row:
    """One row and what was found in it; `user` and `person` None if they could not be."""

    def __init__(self, row: UserRow, names: Names, instance: Instance) -> None:
        self.findings: list[Finding] = []
        self._row, self._names, self._instance = row, names, instance
        self.user = self._try(Column.USER_LOGIN, self._user)
        self.person = self._person()

    def _person(self) -> Newcomer | None:
        row, names, user = self._row, self._names, self.user or User()
        self._try(Column.USER_LOGIN, lambda: names.require_free(user))
        self._try(Column.PASSWORD, lambda: require_good_password(row.password, user))
        routing = self._try(Column.ROUTING_PROFILE, lambda: names.routing_profile(row))
        profiles = self._try(Column.SECURITY_PROFILES, lambda: names.profiles(row))
        group = self._try(Column.HIERARCHY, lambda: names.group(row))
        if row.refused or self.findings:
            return None
        return self._try(
            Column.PHONE_NUMBER,
            lambda: newcomer(
                user,
                instance=self._instance,
                profiles=profiles or (),
                routing_profile=routing,
                hierarchy_group=group,
                phone=_phone(row),
            ),
        )

    def _user(self) -> User:
        row = self._row
        return new_user(
            instance=self._instance,
            username=row.username,
            first_name=row.first_name,
            last_name=row.last_name,
            email=row.email,
        )

    def _try(self, column: Column, rule: Callable[[], T]) -> T | None:
        """What is refused already is not looked at again."""
        if column in self._row.refused:
            return None
        try:
            return rule()
        except DomainError as refusal:
            at = _COLUMNS.get(refusal.facts.get("field", ""), column)
            self.findings.append(Finding(self._row.number, at, str(refusal.message)))
            return None


def _phone(row: UserRow) -> PhoneSettings:
    kinds = Agent.PhoneType
    return PhoneSettings(
        phone_type=kinds.DESK_PHONE if row.is_desk_phone else kinds.SOFT_PHONE,
        desk_phone_number=row.phone_number,
        auto_accept=row.auto_accept,
        acw_seconds=row.acw_seconds,
    )


def _repeated(keys: Mapping[int, str]) -> Iterator[Finding]:
    for row, first in repeats(keys):
        sentence = text("Row %(row)d has the same user login.") % {"row": first}
        yield Finding(row, Column.USER_LOGIN, sentence)


def _without_room(names: Names, count: int) -> Iterator[Finding]:
    try:
        names.require_room(count)
    except QuotaReached as refusal:
        yield Finding(0, "", str(refusal.message))


def _finding(problem: Problem) -> Finding:
    return Finding(problem.row, problem.column, text(problem.sentence) % problem.facts)


def _place(finding: Finding) -> tuple[int, int]:
    return finding.row, _ORDER.get(Column(finding.column), 0) if finding.column else 0
