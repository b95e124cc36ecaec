"""Who waits for the database says for what, once, and what the server answers meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import OperationalError

from connect.serving import preparation
from tests.connect.serving.processes import running
from tests.connect.serving.test_serve import ENVIRON
from tests.servers import postgres

pytestmark = pytest.mark.journey


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparation, "LOOK_SECONDS", 0.0)


def test_each_reason_to_wait_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = 'connection failed: password authentication failed for user "ana"'
    looks: list[Exception | bool] = [
        OperationalError(f"{refused}\nand more"),
        OperationalError(refused),
        False,
        False,
        True,
    ]

    def is_prepared() -> bool:
        look = looks.pop(0)
        if isinstance(look, Exception):
            raise look
        return look

    monkeypatch.setattr(preparation, "_is_prepared", is_prepared)
    said: list[str] = []

    preparation.wait_until_prepared(said.append)

    waiting = "Waiting for a control process to prepare the database."
    assert said == [f"{waiting} {refused}", waiting]


@pytest.mark.parametrize(
    ("role", "beginning"),
    [("control", "Waiting for the database."), ("worker", "Waiting for a control process")],
)
def test_a_wrong_name_is_shown_and_never_a_password(
    tmp_path: Path, role: str, beginning: str
) -> None:
    wrong = postgres().url.replace("connect@", "connect:s3cret@").replace("/postgres", "/none")
    environ = {
        **ENVIRON,
        "CONNECT_DATABASE_URL": wrong,
        "CONNECT_REDIS_URL": "redis://127.0.0.1:9/0",
    }
    command = ("manage.py", "serve", "--role", role, "--port", "0", "--data-dir", str(tmp_path))
    with running(*command, environ=environ) as process:
        line = process.wait_for(beginning)

    assert 'database "none" does not exist' in line
    assert "s3cret" not in "".join(process.lines)
