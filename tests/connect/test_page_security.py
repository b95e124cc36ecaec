"""Headers and page source of every address (S-08)."""

import re
from typing import Any

import pytest
from django.test import Client, override_settings

from apps.instances.models import Instance
from apps.instances.services.instances import update_instance
from apps.users.models import User
from tests.architecture.routes import ROUTES, address

pytestmark = pytest.mark.db

# Swagger UI brings a style block of its own; nothing else is relaxed.
STYLE_BLOCK_ALLOWED = {"api/docs/"}
SCRIPTS = ("'self'", "'self' 'unsafe-eval'")
STYLES = ("'self'", "'self' 'unsafe-inline'")
_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>", re.I)
_HANDLER = re.compile(r"<[^>]+\son[a-z]+\s*=", re.I)
_STYLE = re.compile(r"<style|<[^>]+\sstyle\s*=", re.I)


def directives_of(answer: Any) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in answer["Content-Security-Policy"].split(";"))
    return {name: value for name, _blank, value in parts}


def check_headers(answer: Any, *, style_block: bool = False, admin: bool = False) -> None:
    """`admin`: unfold's scripts evaluate expressions, so its pages may be relaxed that far."""
    policy = directives_of(answer)
    assert policy["default-src"] == "'self'"
    assert policy["object-src"] == policy["base-uri"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert policy.get("script-src", "'self'") in SCRIPTS[: 2 if admin else 1]
    assert policy.get("style-src", "'self'") in STYLES[: 2 if style_block or admin else 1]
    assert "http:" not in str(policy) and "https:" not in str(policy)
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "microphone=(self)" in answer["Permissions-Policy"]
    assert "camera=()" in answer["Permissions-Policy"]


def check_source(answer: Any, *, style_block: bool = False) -> None:
    if not answer["Content-Type"].startswith("text/html"):
        return
    text = answer.content.decode()
    assert not _SCRIPT.search(text)
    assert not _HANDLER.search(text)
    assert style_block or not _STYLE.search(text)


@pytest.mark.parametrize("who", ["stranger", "administrator"])
@pytest.mark.parametrize("route", sorted(ROUTES))
def test_every_address_carries_the_strict_headers(
    client: Client, ada: User, demo_instance: Instance, route: str, who: str
) -> None:
    """S-08: the policy, without inline script, on every page."""
    if who == "administrator":
        client.force_login(ada, backend="apps.users.backends.InstanceBackend")
    style_block = route in STYLE_BLOCK_ALLOWED

    make = ROUTES[route].foreign
    values = make(demo_instance) if make else {}

    answer = client.get(address(route, alias="demo", **values))

    admin = route.startswith(("admin/", "<slug:alias>/admin/"))
    check_headers(answer, style_block=style_block, admin=admin)
    check_source(answer, style_block=style_block or admin)


@pytest.mark.parametrize("path", ["/nothing/at/all", "/nowhere/login", "/api/v1/nothing"])
def test_refusals_carry_the_strict_headers_too(client: Client, db: None, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 404
    check_headers(answer)
    check_source(answer)


def test_cookies_are_kept_from_scripts_and_other_sites(client: Client, ana: User) -> None:
    """S-08: HttpOnly and SameSite."""
    client.post("/demo/login", {"username": "ana", "password": "Correct-Horse-7"})

    session = client.cookies["connect_session"]

    assert session["httponly"]
    assert session["samesite"] == "Lax"


def test_the_landing_page_leads_to_the_demo_without_passwords(
    client: Client, demo_instance: Instance, ana: User, max_: User
) -> None:
    answer = client.get("/")

    demo = answer.context["demo"]
    assert demo["login_url"] == "/demo/login"
    assert demo["call_url"] is None
    assert 'href="/demo/call"' not in answer.content.decode()
    assert "button-accept" not in answer.content.decode()  # a link to nowhere
    assert demo["people"] == [
        {"username": "ana", "role": "Agent"},
        {"username": "max", "role": "CallCenterManager"},
    ]
    assert ana.password not in answer.content.decode()


def test_the_landing_page_says_how_to_get_passwords_that_were_shown_once(
    client: Client, demo_instance: Instance
) -> None:
    assert "python3 manage.py reset_demo_passwords" in client.get("/").content.decode()


def test_the_landing_page_leads_to_the_call_page_where_there_is_one(
    client: Client, demo_instance: Instance
) -> None:
    update_instance(demo_instance, web_call_enabled=True)

    assert 'href="/demo/call"' in client.get("/").content.decode()


@override_settings(SHOW_DEMO=False)
def test_an_installation_may_keep_its_demo_to_itself(client: Client, ana: User) -> None:
    answer = client.get("/")

    assert answer.context["demo"] is None
    assert "ana" not in answer.content.decode()


def test_without_a_demo_the_landing_page_names_nobody(client: Client, otto: User) -> None:
    assert client.get("/").context["demo"] is None


@pytest.mark.parametrize("who", ["stranger", "agent"])
def test_help_is_for_everybody_sr_023(client: Client, ana: User, who: str) -> None:
    if who == "agent":
        client.force_login(ana, backend="apps.users.backends.InstanceBackend")

    assert client.get("/demo/help/").status_code == 200
    assert client.get("/demo/help/users").status_code == 200
    assert client.get("/demo/help/nothing").status_code == 404
    assert client.get("/demo/help/topic").status_code == 404


@pytest.mark.parametrize(("minutes", "said"), [(0, False), (1, True), (10, True)])
def test_help_says_what_becomes_of_who_has_no_panel_open_sr_023(
    client: Client, demo_instance: Instance, minutes: int, said: bool
) -> None:
    """SR-023: and what Offline does here, for each instance sets it."""
    update_instance(demo_instance, gone_offline_minutes=minutes, offline_logs_out=not said)

    text = client.get("/demo/help/status").content.decode()

    assert (f"no panel open for {minutes} minute" in text) is said
    assert ("it also signs you out" in text) is not said


def test_the_phone_icon_is_for_those_with_the_panel_sr_017(
    client: Client, ana: User, max_: User, otto: User
) -> None:
    seen = {}
    for user in (ana, max_, otto):
        client.force_login(user, backend="apps.users.backends.InstanceBackend")
        seen[user.username] = client.get("/demo/help/").context["may_open_ccp"]

    assert seen == {"ana": True, "max": False, "otto": False}
