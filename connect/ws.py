"""WebSocket routes, behind the same-origin rule and Django's sessions."""

from __future__ import annotations

import logging
from contextlib import suppress
from functools import cache
from typing import Any, cast
from urllib.parse import urlsplit

from autobahn.exception import Disconnected
from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http.request import split_domain_port, validate_host
from django.urls import path, re_path
from django.utils.module_loading import import_string

from apps.core.close_codes import TRY_AGAIN

Scope = dict[str, Any]

_log = logging.getLogger(__name__)


class SameOrigin:
    """Refuse the handshake of a page that we did not serve (S-08).

    Browsers always send Origin, so a request without one is no page: it carries no cookie that
    another site could borrow. Behind a proxy the proxy must pass the Host it was asked for.
    """

    def __init__(self, application: Any) -> None:
        """Wrap an ASGI application."""
        self.application = application

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Go on, or close before accepting: the client sees 403."""
        headers = dict(scope["headers"])
        host = headers.get(b"host", b"").decode("latin1")
        origin = headers.get(b"origin")
        if is_our_host(host) and (origin is None or is_same(origin.decode("latin1"), host)):
            await self.application(scope, receive, send)
        else:
            await refuse(scope, receive, send)


class Reachable:
    """Close the line of a page that comes while the database is away: it tries again (R-04)."""

    def __init__(self, application: Any) -> None:
        """Wrap an ASGI application."""
        self.application = application

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Go on; a session that cannot be looked up is no fault of the page, nor worth a trace."""
        try:
            await self.application(scope, receive, send)
        except (OperationalError, InterfaceError) as error:
            _log.warning("The database cannot be used: %s", error)
            await send({"type": "websocket.close", "code": TRY_AGAIN})


class WhileThere:
    """Say nothing to a page that has just gone: Daphne fails on it, and tells of it next."""

    def __init__(self, application: Any) -> None:
        """Wrap an ASGI application."""
        self.application = application

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Go on; an answer that came too late is no error."""

        async def say(message: Scope) -> None:
            with suppress(Disconnected):
                await send(message)

        await self.application(scope, receive, say)


def is_our_host(host: str) -> bool:
    """True for a Host that ALLOWED_HOSTS knows: a page of a rebound name is not ours."""
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def is_same(origin: str, host: str) -> bool:
    """True when the page's origin is the host it calls, or one of CSRF_TRUSTED_ORIGINS."""
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    parts = urlsplit(origin)
    schemes = {"https"} if settings.SESSION_COOKIE_SECURE else {"http", "https"}
    return parts.scheme in schemes and parts.netloc.lower() == host.lower()


async def refuse(_scope: Scope, receive: Any, send: Any) -> None:
    """End a handshake without accepting it."""
    await receive()
    await send({"type": "websocket.close"})


def consumer(dotted_path: str) -> Any:
    """The consumer's application, imported with its first connection: models come after us."""

    @cache
    def load() -> Any:
        return import_string(dotted_path).as_asgi()

    async def application(scope: Scope, receive: Any, send: Any) -> None:
        await load()(scope, receive, send)

    return application


routes = URLRouter(
    [
        path("ws/<slug:alias>/ccp", consumer("apps.ccp.consumers.PanelConsumer")),
        path("ws/<slug:alias>/call", consumer("apps.voice.consumers.CallConsumer")),
        re_path(r"", cast(Any, refuse)),
    ]
)
websocket_application = WhileThere(SameOrigin(Reachable(AuthMiddlewareStack(routes))))
