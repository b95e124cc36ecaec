"""Role × address × own or other object, computed from the catalogue (S-03).

Roles are the four default profiles, somebody without any, an operator, and the administrator of
another instance. A route or a page of the admin joins by itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db.models import Model
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.urls import resolve

from apps.instances.models import Instance
from apps.security_profiles.domain.catalogue import ALL_NAMES
from apps.security_profiles.domain.defaults import DEFAULT_PROFILES
from apps.users.models import User
from connect.admin import instance_site
from tests.architecture import rows
from tests.architecture.admin_pages import page_of, pages, row_of
from tests.architecture.doors import WRITING
from tests.architecture.routes import ROUTES, Kind, Route, address
from tests.people import PASSWORD, user_with
from tests.rest import signed_in

pytestmark = pytest.mark.db

# Methods that ask for another permission than the view's own.
NEEDS = {("delete", "recording"): {"DeleteCallRecordings"}}
# Pages of the admin whose actions ask for another permission than `<resource>.<action>`.
NOBODY = {"nobody: it is done elsewhere"}
ADMIN_NEEDS: dict[tuple[str, str], set[str]] = {
    # agents hold View for the panel, and have no business in the admin (SR-022)
    ("routing.QuickConnect", "View"): {
        "TransferDestinations.Create",
        "TransferDestinations.Edit",
        "TransferDestinations.Delete",
    },
    # the catalogue has no right of its own for it
    ("users.HierarchyGroup", "Delete"): {"AgentGrouping.Edit"},
    ("users.HierarchyLevel", "Delete"): {"AgentGrouping.Edit"},
    ("instances.Instance", "Create"): NOBODY,
    ("instances.Instance", "Delete"): NOBODY,
    ("agents.UserUpload", "View"): {"Users.Create"},
    ("agents.UserUpload", "Edit"): NOBODY,
    ("agents.UserUpload", "Delete"): NOBODY,
    ("numbers.PhoneNumber", "Create"): {"PhoneNumbers.Claim"},
    ("numbers.PhoneNumber", "Delete"): {"PhoneNumbers.Release"},
    **{
        (model, action): NOBODY
        for model in ("flows.ContactFlow", "flows.FlowVersion")
        for action in ("Create", "Edit", "Delete")
    },
}
IN_THE_MATRIX = (Kind.RESOURCE, Kind.PAGE)
OTHERWISE = {
    Kind.INSTALLATION: "tests/connect, tests/apps/alarms: no object of an instance",
    Kind.PUBLIC_PAGE: "for anybody",
    Kind.LINK: "tests/apps/recordings/test_links.py: the link's owner, with the link's right",
    Kind.TOKEN: "tests/apps/users/test_emergency.py: whoever has the token",
    Kind.OPERATOR: "tests/connect/test_admin.py: operators only",
    Kind.ADMIN: "below, by pages of models",
}


@dataclass(frozen=True)
class Role:
    """`permissions` as the catalogue says; `home` is the instance the person belongs to."""

    name: str
    permissions: frozenset[str]
    profiles: tuple[str, ...] = ()
    home: str | None = "demo"

    def sign_in(self, instances: dict[str, Instance]) -> Client:
        if self.home is None:
            return signed_in(User.objects.create_superuser("root", PASSWORD))
        return signed_in(user_with(instances[self.home], "someone", *self.profiles))

    def holds(self, wanted: set[str]) -> bool:
        return not wanted or bool(wanted & self.permissions)


ROLES = (
    *(Role(each.name, each.permissions, (each.name,)) for each in DEFAULT_PROFILES),
    Role("nobody", frozenset()),
    Role("operator", ALL_NAMES, home=None),
    Role("foreign administrator", ALL_NAMES, ("Admin",), home="other"),
)
each_role = pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)


@pytest.fixture
def instances(demo_instance: Instance, other_instance: Instance) -> dict[str, Instance]:
    return {"demo": demo_instance, "other": other_instance}


def test_every_kind_of_route_is_in_a_matrix_or_proved_elsewhere() -> None:
    assert {*IN_THE_MATRIX, *OTHERWISE} == set(Kind)


@each_role
def test_an_address_answers_whom_the_catalogue_allows_and_nobody_else_s_03(
    role: Role, instances: dict[str, Instance]
) -> None:
    client = role.sign_in(instances)

    wrong = [
        f"{method} {path}: {answer.status_code}"
        for name, route in ROUTES.items()
        if route.kind in IN_THE_MATRIX
        for method, path, expected in _asked(name, route, role, instances)
        if not _is_as(answer := _ask(client, method, path), expected)
    ]

    assert wrong == []


@pytest.fixture
def drawn_for_operators(role: Role, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who may see a page is settled before it is drawn: it is, for who may see most of them."""
    if role.name != "operator":
        monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", "")


@each_role
@pytest.mark.usefixtures("drawn_for_operators")
def test_a_page_of_the_admin_answers_whom_the_catalogue_allows_and_nobody_else_s_03(
    role: Role, instances: dict[str, Instance]
) -> None:
    client = role.sign_in(instances)

    wrong = [
        f"{method} {path}: {answer.status_code}"
        for model in pages()
        for method, path, expected in _asked_of_admin(model, role, instances)
        if not _is_as(answer := _ask(client, method, path), expected)
    ]

    assert wrong == []


# What is expected: one status, or that it is none of these refusals.
ALLOWED = None
REFUSALS = (401, 403, 404)
Asked = Iterator[tuple[str, str, int | None]]


def _is_as(answer: Any, expected: int | None) -> bool:
    if expected is ALLOWED:
        return answer.status_code not in REFUSALS
    return bool(answer.status_code == expected)


def _ask(client: Client, method: str, path: str) -> Any:
    """Forms for the admin, JSON elsewhere."""
    options = {} if "/admin/" in path else {"content_type": "application/json"}
    return getattr(client, method)(path, **options)


def _asked(name: str, route: Route, role: Role, instances: dict[str, Instance]) -> Asked:
    """The own object, one of the other instance at the own address, and the other's address."""
    values = {
        alias: route.foreign(instances[alias]) if route.foreign else {} for alias in instances
    }
    elsewhere = 404 if route.kind is Kind.RESOURCE else 302
    for method, wanted in _methods(name, values["demo"]):
        for alias in instances:
            is_home = role.home in (None, alias)
            allowed = ALLOWED if role.holds(wanted) else 403
            path = address(name, alias=alias, **values[alias])
            if route.foreign is rows.everybody_an_agent and role.home is None:
                continue  # operators are no agents
            yield method, path, allowed if is_home else elsewhere
            if is_home and values[alias]:
                foreign = values["other" if alias == "demo" else "demo"]
                path = address(name, alias=alias, **foreign)
                yield method, path, 404 if role.holds(wanted) else 403


def _methods(name: str, values: dict[str, str]) -> Iterator[tuple[str, set[str]]]:
    """Each method of the view, and the permissions of which any one is enough."""
    view = resolve(address(name, alias="demo", **values)).func.view_class  # type: ignore[attr-defined]
    own = {view.permission} if isinstance(view.permission, str) else set(view.permission or ())
    for method in ("get", *WRITING):
        if hasattr(view, method):
            yield method, NEEDS.get((method, name.rpartition("/")[2]), own)


def _asked_of_admin(model: type[Model], role: Role, instances: dict[str, Instance]) -> Asked:
    """List, form, row, saving and deleting; rows of the other instance lead back to the index."""
    made = {alias: row_of(model, instance) for alias, instance in instances.items()}
    for alias, row in made.items():
        page = page_of(model, alias=alias)
        foreign = made["other" if alias == "demo" else "demo"]
        for action, method, path in (
            ("View", "get", page),
            ("Create", "get", f"{page}add/"),
            ("View", "get", f"{page}{row.pk}/change/"),
            ("Edit", "post", f"{page}{row.pk}/change/"),
            ("Delete", "get", f"{page}{row.pk}/delete/"),
        ):
            if role.home not in (None, alias):
                yield method, path, 302
                continue
            may = role.holds(_needed(model, action))
            yield method, path, ALLOWED if may else 403
            if f"/{row.pk}/" in path:
                yield method, path.replace(f"/{row.pk}/", f"/{foreign.pk}/"), 302 if may else 403


def _needed(model: type[Model], action: str) -> set[str]:
    resource = getattr(instance_site._registry[model], "resource", "")
    return ADMIN_NEEDS.get((model._meta.label, action), {f"{resource}.{action}"})
