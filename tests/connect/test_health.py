"""/health tells when calls can be made."""

from __future__ import annotations

import json

import pytest
from asgiref.testing import ApplicationCommunicator
from django.test import override_settings

from connect import health
from connect.asgi import application
from connect.serving import health_edge

pytestmark = pytest.mark.domain


@pytest.fixture
def readiness(monkeypatch: pytest.MonkeyPatch) -> health.Readiness:
    fresh = health.Readiness()
    monkeypatch.setattr(health_edge, "readiness", fresh)
    return fresh


async def ask(*, host: bytes = b"127.0.0.1:8000") -> tuple[int, dict[str, object]]:
    """As a probe does, through the whole edge."""
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "path": "/health",
        "query_string": b"",
        "headers": [(b"host", host)],
    }
    client = ApplicationCommunicator(application, scope)  # type: ignore[no-untyped-call]
    await client.send_input({"type": "http.request", "body": b"", "more_body": False})  # type: ignore[no-untyped-call]
    start = await client.receive_output(timeout=30)  # type: ignore[no-untyped-call]
    body = await client.receive_output(timeout=30)  # type: ignore[no-untyped-call]
    return start["status"], json.loads(body["body"])


async def test_a_house_that_expects_nothing_yet_is_starting(readiness: health.Readiness) -> None:
    assert await ask() == (503, {"status": "starting", "parts": {}})


async def test_a_house_is_ready_when_its_last_part_is(readiness: health.Readiness) -> None:
    readiness.expect(["media", "worker"])
    readiness.mark("media", health.READY)

    parts = {"media": "ready", "worker": "waiting"}
    assert await ask() == (503, {"status": "starting", "parts": parts})

    readiness.mark("worker", health.READY)

    assert await ask() == (200, {"status": "ready", "parts": {**parts, "worker": "ready"}})


async def test_a_house_going_down_takes_no_calls(readiness: health.Readiness) -> None:
    readiness.expect(["media"])
    readiness.mark("media", health.READY)

    readiness.stop()

    assert await ask() == (503, {"status": "stopping", "parts": {"media": "ready"}})


@override_settings(ALLOWED_HOSTS=["calls.example"], SECURE_SSL_REDIRECT=True)
@pytest.mark.parametrize("host", [b"127.0.0.1:8000", b"calls.example", b"10.0.0.7"])
async def test_a_probe_beside_a_house_behind_https_is_answered(
    readiness: health.Readiness, host: bytes
) -> None:
    """It comes without HTTPS, and by an address that visitors do not use."""
    readiness.expect(["media"])
    readiness.mark("media", health.READY)

    assert (await ask(host=host))[0] == 200
