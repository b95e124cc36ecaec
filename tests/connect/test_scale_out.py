"""The two addresses of the many-process shape: both or neither, and a wrong one names itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from connect.env import InvalidSettingError
from connect.scale_out import is_scale_out, postgres, redis_url

pytestmark = pytest.mark.domain

DATABASE = "postgres://ana:s%40fe@db.example:5433/connect"
REDIS = "redis://:s3cret@queue.example:6380/2"


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CONNECT_DATABASE_URL", "CONNECT_REDIS_URL"):
        monkeypatch.delenv(name, raising=False)


def test_without_addresses_it_is_one_process() -> None:
    assert is_scale_out() is False


def test_with_both_addresses_it_is_one_of_several(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONNECT_DATABASE_URL", DATABASE)
    monkeypatch.setenv("CONNECT_REDIS_URL", REDIS)

    assert is_scale_out() is True


@pytest.mark.parametrize(
    ("given", "missing", "value"),
    [
        ("CONNECT_DATABASE_URL", "CONNECT_REDIS_URL", DATABASE),
        ("CONNECT_REDIS_URL", "CONNECT_DATABASE_URL", REDIS),
    ],
)
def test_one_address_alone_is_refused_by_the_name_of_the_other(
    monkeypatch: pytest.MonkeyPatch, given: str, missing: str, value: str
) -> None:
    monkeypatch.setenv(given, value)

    with pytest.raises(InvalidSettingError, match=f"{given} is set and {missing} is not") as why:
        is_scale_out()
    assert why.value.variable == missing


def test_the_address_of_the_database_is_taken_apart() -> None:
    found = postgres(DATABASE + "?sslmode=require")

    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.example", "5433", "connect")
    assert (found["USER"], found["PASSWORD"]) == ("ana", "s@fe")
    assert found["OPTIONS"]["sslmode"] == "require"


def test_a_lost_database_is_noticed_within_seconds() -> None:
    options = postgres(DATABASE)["OPTIONS"]

    assert options["connect_timeout"] <= 5
    silent = (
        options["keepalives_idle"] + options["keepalives_interval"] * options["keepalives_count"]
    )
    assert silent <= 10
    assert options["tcp_user_timeout"] <= 10_000
    assert postgres(DATABASE)["CONN_HEALTH_CHECKS"] is True


@pytest.mark.parametrize(
    "url",
    [
        "mysql://ana@db/connect",
        "postgres://ana@db",
        "postgres:///connect",
        "postgres://ana@db:port/connect",
        "postgres://ana@db/connect?target_session_attrs=any",
        "db.example",
    ],
)
def test_an_address_that_is_no_database_is_refused_by_name(url: str) -> None:
    with pytest.raises(InvalidSettingError, match=r"CONNECT_DATABASE_URL is .*postgres://user"):
        postgres(url)


@pytest.mark.parametrize(
    "url", ["http://queue/0", "redis://queue/first", "redis:///0", "redis://q:port/0"]
)
def test_an_address_that_is_no_redis_is_refused_by_name(url: str) -> None:
    with pytest.raises(InvalidSettingError, match=r"CONNECT_REDIS_URL is .*redis://"):
        redis_url(url)


def test_a_refusal_does_not_tell_the_password() -> None:
    with pytest.raises(InvalidSettingError) as why:
        postgres("postgres://ana:s3cret@db.example")

    assert "s3cret" not in str(why.value)
    assert "ana:***@db.example" in str(why.value)


def test_the_settings_follow_the_addresses(tmp_path: Path) -> None:
    """The whole settings module: engine, bus and the queue of background work."""
    code = (
        "from django.conf import settings as s\n"
        "print(s.IS_SCALE_OUT, s.DATABASES['default']['ENGINE'], s.BUS_WIRE, s.CELERY_BROKER_URL)"
    )
    environ = {
        "DJANGO_SETTINGS_MODULE": "connect.settings",
        "CONNECT_DATA_DIR": str(tmp_path),
        "CONNECT_SECRET_KEY": "x" * 50,
        "CONNECT_DATABASE_URL": DATABASE,
        "CONNECT_REDIS_URL": REDIS,
    }
    said = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True
    )

    assert said.stdout.split() == [
        "True",
        "django.db.backends.postgresql",
        "apps.core.bus.redis_wire.RedisWire",
        REDIS,
    ]
