"""The edge answers HTTP in process and keeps foreign pages off its sockets."""

from __future__ import annotations

from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.testing import WebsocketCommunicator
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from connect import ws
from connect.asgi import application

pytestmark = [pytest.mark.db, pytest.mark.django_db(transaction=True)]


@csrf_exempt
def echo(request: HttpRequest) -> HttpResponse:
    seen = [request.method, request.body.decode(), request.META.get("HTTP_X_FORWARDED_PROTO", "-")]
    return HttpResponse(" ".join(str(word) for word in seen))


urlpatterns = [path("echo", echo)]


async def ask(
    method: str, target: str, *, headers: list[tuple[bytes, bytes]], body: bytes = b""
) -> tuple[int, bytes]:
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "path": target,
        "query_string": b"",
        "headers": [(b"host", b"localhost"), *headers],
    }
    client = ApplicationCommunicator(application, scope)  # type: ignore[no-untyped-call]
    await client.send_input({"type": "http.request", "body": body, "more_body": False})  # type: ignore[no-untyped-call]
    start = await client.receive_output(timeout=30)  # type: ignore[no-untyped-call]
    whole = b""
    while True:
        part = await client.receive_output(timeout=30)  # type: ignore[no-untyped-call]
        whole += part.get("body", b"")
        if not part.get("more_body"):
            return start["status"], whole


@override_settings(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["localhost"])
async def test_a_request_reaches_django_and_its_answer_comes_back() -> None:
    status, body = await ask("POST", "/echo", headers=[(b"content-length", b"5")], body=b"hello")

    assert (status, body) == (200, b"POST hello -")


@override_settings(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["localhost"])
async def test_an_unknown_address_is_not_found() -> None:
    status, _body = await ask("GET", "/nowhere", headers=[])

    assert status == 404


@override_settings(
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["localhost"],
    DATA_UPLOAD_MAX_MEMORY_SIZE=4,
)
async def test_a_body_above_the_limit_is_refused() -> None:
    status, _body = await ask("POST", "/echo", headers=[(b"content-length", b"5")], body=b"hello")

    assert status in {400, 413}


@override_settings(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["localhost"])
async def test_a_client_cannot_pass_for_a_proxy_with_an_underscore() -> None:
    forged = [(b"x_forwarded_proto", b"https")]

    assert (await ask("GET", "/echo", headers=forged))[1] == b"GET  -"
    proxied = [(b"x-forwarded-proto", b"https")]
    assert (await ask("GET", "/echo", headers=proxied))[1] == b"GET  https"


async def greet(_scope: Any, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "websocket.accept"})


async def is_accepted(*headers: tuple[bytes, bytes]) -> bool:
    client = WebsocketCommunicator(ws.SameOrigin(greet), "/ws/demo/ccp", headers=list(headers))
    accepted, _code = await client.connect(timeout=30)
    await client.wait()
    return bool(accepted)


@override_settings(ALLOWED_HOSTS=["connect.example", "127.0.0.1"], SESSION_COOKIE_SECURE=False)
@pytest.mark.parametrize(
    ("host", "origin", "expected"),
    [
        (b"connect.example", b"https://connect.example", True),
        (b"connect.example", b"https://CONNECT.example", True),
        (b"127.0.0.1:8000", b"http://127.0.0.1:8000", True),
        (b"127.0.0.1:8000", None, True),
        (b"127.0.0.1:8000", b"http://127.0.0.1:8001", False),
        (b"127.0.0.1:8000", b"http://evil.example", False),
        (b"127.0.0.1:8000", b"null", False),
        (b"127.0.0.1:8000", b"", False),
        (b"connect.example", b"ftp://connect.example", False),
        (b"connect.example", b"https://connect.example.evil.example", False),
        (b"rebound.example", b"http://rebound.example", False),
        (b"rebound.example", None, False),
        (b"", b"http://evil.example", False),
    ],
)
async def test_a_socket_opens_for_our_own_pages_only_s_08(
    host: bytes, origin: bytes | None, expected: bool
) -> None:
    """S-08: a WebSocket handshake with a foreign Origin is refused."""
    headers = [(b"host", host)] + ([(b"origin", origin)] if origin is not None else [])

    assert await is_accepted(*headers) is expected


@override_settings(ALLOWED_HOSTS=["connect.example"], SESSION_COOKIE_SECURE=True)
async def test_behind_https_a_plain_page_is_foreign_s_08() -> None:
    """S-08: what came over http may have been forged on its way."""
    host = (b"host", b"connect.example")

    assert not await is_accepted(host, (b"origin", b"http://connect.example"))
    assert await is_accepted(host, (b"origin", b"https://connect.example"))


@override_settings(ALLOWED_HOSTS=["connect.example"], CSRF_TRUSTED_ORIGINS=["https://crm.example"])
async def test_an_origin_trusted_for_forms_is_trusted_for_sockets() -> None:
    host = (b"host", b"connect.example")

    assert await is_accepted(host, (b"origin", b"https://crm.example"))


@override_settings(ALLOWED_HOSTS=["localhost"])
async def test_a_socket_at_an_unknown_address_is_refused() -> None:
    headers = [(b"host", b"localhost")]
    client = WebsocketCommunicator(application, "/ws/demo/nothing", headers=headers)

    accepted, _code = await client.connect(timeout=30)

    assert not accepted
    await client.wait()
