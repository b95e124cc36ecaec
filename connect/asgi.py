"""The whole edge: HTTP through Django in a pool of threads, WebSockets in the event loop.

Django's own ASGI handler makes a thread and a database connection per request (measured: four
times the cost); the pool's threads and their connections last.
"""

from __future__ import annotations

from typing import Any, cast

from a2wsgi import WSGIMiddleware
from channels.routing import ProtocolTypeRouter
from django.conf import settings

from connect.forwarded import BehindProxies
from connect.lanes import HTTP_THREADS, InLanes
from connect.serving import health_edge
from connect.ws import websocket_application
from connect.wsgi import application as django_application


class HeadersWithDashes:
    """Drop header names that hold an underscore.

    In WSGI `x_forwarded_proto` and `x-forwarded-proto` become one name, so that a client could
    set what only a proxy may.
    """

    def __init__(self, application: Any) -> None:
        """Wrap an ASGI application."""
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Pass on everything but those headers."""
        headers = [(name, value) for name, value in scope["headers"] if b"_" not in name]
        await self.application({**scope, "headers": headers}, receive, send)


# Where no audio is carried, web threads are in nobody's way.
http_application = django_application if settings.IS_SCALE_OUT else InLanes(django_application)

pages = BehindProxies(
    HeadersWithDashes(WSGIMiddleware(cast(Any, http_application), workers=HTTP_THREADS))
)


async def http(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Pages; before them /health, for probes come without HTTPS and by a name no visitor uses."""
    answering = health_edge.application if scope["path"] == health_edge.PATH else pages
    await answering(scope, receive, send)


application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": BehindProxies(websocket_application),
    }
)
