"""Every address of the installation, and what somebody of another instance must find there.

A new route without an entry here fails `test_tenant_isolation.py`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from django.urls import URLPattern, URLResolver, get_resolver

from apps.instances.models import Instance
from tests.architecture import rows


class Kind(StrEnum):
    """How far a route depends on who asks."""

    INSTALLATION = "the same for everybody, or about the signed-in person alone"
    PUBLIC_PAGE = "a page of an instance for anybody: a foreigner sees what a stranger sees"
    PAGE = "a page of an instance for its people: a foreigner is sent to the log-in"
    LINK = "a signed link of one user: for everybody else of the instance it does not exist"
    TOKEN = "a secret link of the installation: without the secret it does not exist for anybody"
    OPERATOR = "the admin of the installation: everybody else is sent to its log-in"
    ADMIN = "the admin of an instance: a foreigner is sent to the log-in; its pages: admin_pages.py"
    RESOURCE = "REST of an instance: for a foreigner it does not exist"


@dataclass(frozen=True)
class Route:
    """`values` fill parameters that name no row; `foreign` makes a row and gives its parameters.

    `path` is an address of a route that is a regular expression.
    """

    kind: Kind
    values: dict[str, str] = field(default_factory=dict)
    foreign: Callable[[Instance], dict[str, str]] | None = None
    path: str | None = None


_I = "api/v1/instances/<slug:alias>"

ROUTES: dict[str, Route] = {
    "": Route(Kind.INSTALLATION),
    "<slug:alias>/call": Route(Kind.PUBLIC_PAGE),
    "<slug:alias>/ccp-v2/": Route(Kind.PAGE),
    "<slug:alias>/recordings/<str:token>": Route(
        Kind.LINK, values={"token": "forged"}, foreign=rows.recording_link
    ),
    "<slug:alias>/changes": Route(Kind.PAGE),
    "<slug:alias>/prompts/<uuid:public_id>/audio": Route(
        Kind.PAGE,
        values={"public_id": "0197a4c2-0000-7000-8000-00000000c0de"},
        foreign=rows.prompt,
    ),
    "<slug:alias>/contacts": Route(Kind.PAGE),
    "<slug:alias>/contacts/<uuid:public_id>": Route(
        Kind.PAGE,
        values={"public_id": "0197a4c2-0000-7000-8000-00000000c0de"},
        foreign=rows.contact,
    ),
    "api/v1/schema/": Route(Kind.INSTALLATION),
    "api/docs/": Route(Kind.INSTALLATION),
    "api/v1/me": Route(Kind.INSTALLATION),
    "api/v1/me/preferences": Route(Kind.INSTALLATION),
    "api/v1/permissions": Route(Kind.INSTALLATION),
    "api/v1/alarms": Route(Kind.INSTALLATION),
    "admin/": Route(Kind.OPERATOR),
    # Whoever has the token may go on; a wrong one is answered to all alike.
    "admin/emergency/<str:token>": Route(Kind.TOKEN, values={"token": "forged"}),
    "admin/login/": Route(Kind.INSTALLATION),
    "admin/logout/": Route(Kind.INSTALLATION),
    "admin/jsi18n/": Route(Kind.INSTALLATION),
    "admin/alarms/alarm/": Route(Kind.OPERATOR),
    "admin/alarms/alarm/<path:object_id>/history/": Route(Kind.OPERATOR, {"object_id": "1"}),
    "admin/alarms/alarm/<path:object_id>/change/": Route(Kind.OPERATOR, {"object_id": "1"}),
    "admin/instances/instance/": Route(Kind.OPERATOR),
    "admin/instances/instance/add/": Route(Kind.OPERATOR),
    "admin/instances/instance/<path:object_id>/change/": Route(
        Kind.OPERATOR, {"object_id": "1"}, foreign=rows.instance
    ),
    "admin/^(?P<app_label>alarms|instances|numbers|audit)/$": Route(
        Kind.OPERATOR, path="admin/numbers/"
    ),
    "admin/audit/auditentry/": Route(Kind.OPERATOR),
    "admin/audit/auditentry/<path:object_id>/change/": Route(
        Kind.OPERATOR, foreign=rows.entry_of_the_installation
    ),
    "admin/numbers/poolnumber/": Route(Kind.OPERATOR),
    "admin/numbers/poolnumber/add/": Route(Kind.OPERATOR),
    "admin/numbers/poolnumber/<path:object_id>/delete/": Route(Kind.OPERATOR, {"object_id": "1"}),
    "admin/numbers/poolnumber/<path:object_id>/change/": Route(Kind.OPERATOR, {"object_id": "1"}),
    "<slug:alias>/admin/": Route(Kind.ADMIN),
    "<slug:alias>/admin/<path:rest>": Route(Kind.ADMIN, values={"rest": "agents/agentstatus/"}),
    _I: Route(Kind.RESOURCE),
    f"{_I}/changes": Route(Kind.RESOURCE),
    f"{_I}/users": Route(Kind.RESOURCE),
    f"{_I}/security-profiles": Route(Kind.RESOURCE),
    f"{_I}/agent-statuses": Route(Kind.RESOURCE),
    f"{_I}/agents/me": Route(Kind.RESOURCE, foreign=rows.everybody_an_agent),
    f"{_I}/agents/me/status": Route(Kind.RESOURCE, foreign=rows.everybody_an_agent),
    f"{_I}/agents/<uuid:public_id>/status-history": Route(Kind.RESOURCE, foreign=rows.agent),
    f"{_I}/users/<uuid:public_id>/sign-ins": Route(Kind.RESOURCE, foreign=rows.user),
    f"{_I}/contact-flows": Route(Kind.RESOURCE),
    f"{_I}/contact-flows/validate": Route(Kind.RESOURCE),
    f"{_I}/contact-flows/<uuid:public_id>": Route(Kind.RESOURCE, foreign=rows.contact_flow),
    f"{_I}/contacts": Route(Kind.RESOURCE),
    f"{_I}/contacts/<uuid:public_id>": Route(Kind.RESOURCE, foreign=rows.contact),
    f"{_I}/contacts/<uuid:public_id>/why-waiting": Route(
        Kind.RESOURCE, foreign=rows.waiting_contact
    ),
    f"{_I}/contacts/<uuid:public_id>/record": Route(Kind.RESOURCE, foreign=rows.completed_contact),
    f"{_I}/contacts/<uuid:public_id>/recording": Route(
        Kind.RESOURCE, foreign=rows.recorded_contact
    ),
    f"{_I}/hours-of-operations": Route(Kind.RESOURCE),
    f"{_I}/hours-of-operations/<uuid:public_id>": Route(Kind.RESOURCE, foreign=rows.hours),
    f"{_I}/phone-numbers": Route(Kind.RESOURCE),
    f"{_I}/phone-numbers/preview": Route(Kind.RESOURCE),
    f"{_I}/queues": Route(Kind.RESOURCE),
    f"{_I}/queues/<uuid:public_id>": Route(Kind.RESOURCE, foreign=rows.queue),
    f"{_I}/routing-profiles": Route(Kind.RESOURCE),
    f"{_I}/routing-profiles/<uuid:public_id>": Route(Kind.RESOURCE, foreign=rows.routing_profile),
    "<slug:alias>/login": Route(Kind.PUBLIC_PAGE),
    "<slug:alias>/logout": Route(Kind.PUBLIC_PAGE),
    "<slug:alias>/password": Route(Kind.PAGE),
    "<slug:alias>/sessions": Route(Kind.PAGE),
    "<slug:alias>/users/<uuid:public_id>/sessions": Route(
        Kind.PAGE,
        values={"public_id": "0197a4c2-0000-7000-8000-00000000c0de"},
        foreign=rows.user,
    ),
    "<slug:alias>/help/": Route(Kind.PUBLIC_PAGE),
    "<slug:alias>/help/<slug:topic>": Route(Kind.PUBLIC_PAGE, values={"topic": "panel"}),
}


def all_routes() -> list[str]:
    """The patterns of the URL configuration, written as in `path()`."""
    return list(_walk(get_resolver().url_patterns))


def address(route: str, *, alias: str, **values: str) -> str:
    """The route with its parameters filled in."""
    filled = ROUTES[route].values | values | {"alias": alias}
    path = ROUTES[route].path or route
    for name, value in filled.items():
        for converter in ("slug", "uuid", "str", "path"):
            path = path.replace(f"<{converter}:{name}>", value)
    assert "<" not in path, f"{route}: a parameter has no value"
    return f"/{path}"


def _walk(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield route
