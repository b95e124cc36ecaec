"""Audio is listened for where browsers are told to send it."""

from __future__ import annotations

import pytest

from connect.serving.errors import AudioUnreachableError
from connect.serving.options import Options, engine_settings

pytestmark = pytest.mark.domain


def options(media_host: str) -> Options:
    return Options(
        host="127.0.0.1",
        media_host=media_host,
        media_port=0,
        slot="",
        capacity=1,
        concurrency=1,
        drain_seconds=1.0,
    )


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "[::1]", "localhost"])
@pytest.mark.parametrize("told", ["203.0.113.7", "127.0.0.1, 203.0.113.7", "2001:db8::7"])
def test_an_address_of_other_machines_is_not_told_where_only_this_one_reaches(
    monkeypatch: pytest.MonkeyPatch, host: str, told: str
) -> None:
    monkeypatch.setenv("CONNECT_MEDIA_ADDRESSES", told)

    with pytest.raises(AudioUnreachableError, match=r"add --media-host 0\.0\.0\.0"):
        engine_settings(options(host))


@pytest.mark.parametrize(
    ("host", "told", "advertised"),
    [
        ("127.0.0.1", "", ()),
        ("127.0.0.1", "127.0.0.1, ::1", ("127.0.0.1", "::1")),
        ("0.0.0.0", "203.0.113.7", ("203.0.113.7",)),  # noqa: S104
        ("[::]", "203.0.113.7,2001:db8::7", ("203.0.113.7", "2001:db8::7")),
        ("10.0.0.7", "203.0.113.7", ("203.0.113.7",)),
    ],
)
def test_what_can_be_reached_is_told(
    monkeypatch: pytest.MonkeyPatch, host: str, told: str, advertised: tuple[str, ...]
) -> None:
    monkeypatch.setenv("CONNECT_MEDIA_ADDRESSES", told)

    settings = engine_settings(options(host))

    assert (settings.host, settings.advertised) == (host.strip("[]"), advertised)
