"""Whose address counts when proxies stand before us (S-05)."""

from typing import Any

import pytest
from django.test import override_settings

from connect.forwarded import BehindProxies, visitor_of

pytestmark = pytest.mark.domain


def forwarded(*values: str) -> list[tuple[bytes, bytes]]:
    return [(b"host", b"x"), *((b"x-forwarded-for", value.encode()) for value in values)]


@pytest.mark.parametrize(
    ("values", "proxies", "visitor"),
    [
        ([], 0, None),
        (["192.0.2.7"], 0, None),
        ([], 1, None),
        (["192.0.2.7"], 1, "192.0.2.7"),
        (["10.0.0.1, 192.0.2.7"], 1, "192.0.2.7"),
        (["10.0.0.1", "192.0.2.7"], 1, "192.0.2.7"),
        (["10.0.0.1, 192.0.2.7 , 198.51.100.1"], 2, "192.0.2.7"),
        (["192.0.2.7"], 2, None),
        (["2001:DB8::7"], 1, "2001:db8::7"),
        (["evil"], 1, None),
        (["192.0.2.7, é"], 1, None),
    ],
)
def test_only_what_our_own_proxies_wrote_is_believed_s_05(
    values: list[str], proxies: int, visitor: str | None
) -> None:
    assert visitor_of(forwarded(*values), proxies=proxies) == visitor


@override_settings(PROXIES=1)
async def test_the_application_sees_the_visitor_s_05() -> None:
    seen: list[Any] = []

    async def application(scope: dict[str, Any], _receive: Any, _send: Any) -> None:
        seen.append(scope["client"])

    scope = {"client": ("127.0.0.1", 7), "headers": forwarded("192.0.2.7")}
    await BehindProxies(application)(scope, None, None)
    await BehindProxies(application)({**scope, "headers": []}, None, None)

    assert seen == [("192.0.2.7", 0), ("127.0.0.1", 7)]
