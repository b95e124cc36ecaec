"""/health tells when calls can be made."""

from __future__ import annotations

import json

import pytest
from django.test import RequestFactory

from connect import health

pytestmark = pytest.mark.domain


@pytest.fixture
def readiness(monkeypatch: pytest.MonkeyPatch) -> health.Readiness:
    fresh = health.Readiness()
    monkeypatch.setattr(health, "readiness", fresh)
    return fresh


def ask() -> tuple[int, dict[str, object]]:
    response = health.health(RequestFactory().get("/health"))
    return response.status_code, json.loads(response.content)


def test_a_house_that_expects_nothing_yet_is_starting(readiness: health.Readiness) -> None:
    assert ask() == (503, {"status": "starting", "parts": {}})


def test_a_house_is_ready_when_its_last_part_is(readiness: health.Readiness) -> None:
    readiness.expect(["media", "worker"])
    readiness.mark("media", health.READY)

    assert ask() == (503, {"status": "starting", "parts": {"media": "ready", "worker": "waiting"}})

    readiness.mark("worker", health.READY)

    assert ask()[0] == 200
    assert ask()[1]["status"] == "ready"


def test_a_house_going_down_takes_no_calls(readiness: health.Readiness) -> None:
    readiness.expect(["media"])
    readiness.mark("media", health.READY)

    readiness.stop()

    assert ask() == (503, {"status": "stopping", "parts": {"media": "ready"}})
