"""Where a request comes from when proxies stand before us; doors and limits count by it."""

from __future__ import annotations

import ipaddress
from typing import Any

from django.conf import settings


class BehindProxies:
    """Put the visitor's address in the place of the proxy's.

    Each of our proxies adds at the end of X-Forwarded-For whom it talks to; what stands further
    left anybody may have written. With no proxy the header means nothing at all.
    """

    def __init__(self, application: Any) -> None:
        """Wrap an ASGI application."""
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Pass everything on, as coming from the visitor."""
        visitor = visitor_of(scope.get("headers", []), proxies=settings.PROXIES)
        if visitor is not None:
            scope = {**scope, "client": (visitor, 0)}
        await self.application(scope, receive, send)


def visitor_of(headers: list[tuple[bytes, bytes]], *, proxies: int) -> str | None:
    """Return the address that the outermost of our proxies saw; None if they did not say."""
    said = b",".join(value for name, value in headers if name == b"x-forwarded-for").split(b",")
    if proxies == 0 or len(said) < proxies:
        return None
    try:
        return str(ipaddress.ip_address(said[-proxies].decode("ascii").strip()))
    except ValueError:
        return None
