"""Which permissions something asks for, found in the product itself."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, get_resolver

from apps.instances.admin import InstanceModelAdmin
from apps.security_profiles.domain.catalogue import ALL_NAMES
from connect.admin import instance_site

APPS = Path(__file__).parents[2] / "apps"
# Says what there is, and asks for nothing.
CATALOGUE = APPS / "security_profiles" / "domain"
DOINGS = ("view", "add", "change", "delete")


def guarding() -> set[str]:
    """Asked for by a page, a resource, a socket, a service or a page of the admin."""
    return (set(_of_views()) | set(_of_code()) | set(_of_admin())) & ALL_NAMES


def _of_views() -> Iterator[str]:
    for view in _views(get_resolver().url_patterns):
        wanted = getattr(view, "permission", None)
        yield from (wanted,) if isinstance(wanted, str) else wanted or ()


def _views(patterns: list[URLPattern | URLResolver]) -> Iterator[Any]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _views(pattern.url_patterns)
        else:
            yield getattr(pattern.callback, "view_class", getattr(pattern.callback, "cls", None))


def _of_admin() -> Iterator[str]:
    """What a page asks for before it adds, changes or deletes, and each other `may(…)` of it."""
    for page in instance_site._registry.values():
        own = (word for base in _own_classes(page) for word in _may(base))
        yield from (f"{page.resource}.{action}" for action in {*_asked(page), *own})  # type: ignore[attr-defined]


def _asked(page: Any) -> set[str]:
    """A page that lets nobody add a row, for example, does not ask for `Create`."""
    with mock.patch.object(page, "may", return_value=True) as may:
        for doing in DOINGS:
            getattr(page, f"has_{doing}_permission")(HttpRequest())
    return {call.args[1] for call in may.call_args_list}


def _own_classes(page: Any) -> Iterator[type]:
    return (base for base in type(page).__mro__ if base is not InstanceModelAdmin)


def _may(base: type) -> Iterator[str]:
    """Words given to `may` in the class's own methods."""
    for method in vars(base).values():
        code = getattr(method, "__code__", None)
        if code is not None and "may" in code.co_names:
            yield from (word for word in code.co_consts if isinstance(word, str))


def _of_code() -> Iterator[str]:
    """Names written in the code of the apps, as sockets, services and `authorise` have them."""
    for path in APPS.rglob("*.py"):
        if not path.is_relative_to(CATALOGUE):
            yield from _words(ast.parse(path.read_text()))


def _words(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
