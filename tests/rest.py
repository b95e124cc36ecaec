"""Asking the REST interface in tests."""

from typing import Any

from django.test import Client

from apps.users.models import User

BACKEND = "apps.users.backends.InstanceBackend"
DEMO = "/api/v1/instances/demo"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def check_problem(answer: Any, *, status: int, code: str) -> None:
    """The answer is a problem document (RFC 9457) with our stable code."""
    body = answer.json()
    assert answer.status_code == body["status"] == status, body
    assert answer["Content-Type"] == "application/problem+json"
    assert body["code"] == code
    assert body["title"] and body["detail"]
    assert body["type"] == f"/api/problems/{code.lower().replace('_', '-')}"
