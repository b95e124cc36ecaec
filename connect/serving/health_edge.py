"""`/health`, and nothing else: the whole edge of a process that serves no pages."""

from __future__ import annotations

import json
from typing import Any

from connect.health import readiness

PATH = "/health"


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """GET or HEAD /health: 200 when calls can be made, 503 before and after; no log-in, no secrets.

    404 for anything else; sockets are refused.
    """
    if scope["type"] != "http":
        await send({"type": "websocket.close", "code": 4404})
        return
    status, parts = readiness.report()
    if scope["path"] != PATH or scope["method"] not in ("GET", "HEAD"):
        await _answer(send, 404, b"")
        return
    body = json.dumps({"status": status, "parts": parts}).encode()
    await _answer(send, 200 if status == "ready" else 503, body)


async def _answer(send: Any, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
