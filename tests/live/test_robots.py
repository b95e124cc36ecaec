"""The robots against the product: the same doors as browsers, no import from the server."""

import re
import sqlite3
import subprocess
import time

import pytest

from tests.live.server import PASSWORD, LiveServer

pytestmark = pytest.mark.browser

NUMBER = "+12065550100"


def _answer(server: LiveServer, *, tone: int, seconds: int) -> subprocess.Popen[str]:
    return server.start(
        *("answer", "bob", "--url", server.url, "--instance", "demo"),
        *("--password-env", "CONNECT_DEMO_PASSWORD", "--tone", str(tone)),
        *("--seconds", str(seconds)),
    )


def _call(
    server: LiveServer, number: str, *, tone: int, seconds: int
) -> subprocess.CompletedProcess[str]:
    return server.run(
        *("call", number, "--url", server.url, "--instance", "demo", "--from", "+12065550123"),
        *("--tone", str(tone), "--seconds", str(seconds)),
    )


def _assert_they_hear_each_other(server: LiveServer) -> set[str]:
    """Returns the session keys of who was signed in meanwhile: signing out takes them away."""
    former = _session_keys(server)
    agent = _answer(server, tone=660, seconds=30)
    keys = _until_more_than(former, server)
    caller = _call(server, NUMBER, tone=440, seconds=6)
    said, _ = agent.communicate(timeout=120)

    assert caller.returncode == 0, caller.stdout + caller.stderr + said
    assert agent.returncode == 0, said + caller.stdout
    assert re.search(r"^heard 660\.\d Hz$", caller.stdout, re.M), caller.stdout
    assert re.search(r"^heard 440\.\d Hz$", said, re.M), said
    assert re.search(r"^contact [0-9a-f-]{36}$", caller.stdout, re.M), caller.stdout
    return keys


def test_an_unknown_number_is_refused_in_one_sentence(server: LiveServer) -> None:
    call = _call(server, "+12065550199", tone=440, seconds=2)

    assert call.returncode == 2
    assert "not in service" in call.stdout + call.stderr


def test_the_logs_of_real_calls_hold_no_number_and_no_secret_s_13(server: LiveServer) -> None:
    """S-13, A-05: after log-ins and calls no full number, password or cookie is written."""
    keys = _assert_they_hear_each_other(server)
    _call(server, "+12065550199", tone=440, seconds=1)

    written = server.log + (server.data / "logs" / "connect.log").read_text(encoding="utf-8")

    assert "apps." in written  # the log was written at all
    for number in ("2065550123", "2065550100", "2065550199"):
        assert number not in written
    assert PASSWORD not in written
    assert not [key for key in keys if key in written]


def _session_keys(server: LiveServer) -> set[str]:
    with sqlite3.connect(server.data / "connect.sqlite3") as database:
        rows = database.execute("select session_key from users_usersession").fetchall()
    return {key for (key,) in rows}


def _until_more_than(former: set[str], server: LiveServer) -> set[str]:
    for _ in range(600):
        if not (keys := _session_keys(server)) <= former:
            return keys
        time.sleep(0.1)
    raise AssertionError(f"Nobody signed in: {server.log[-3000:]}")


def test_a_call_needs_nothing_outside_this_machine_p_06(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """P-06: in a network with nothing but a loopback the house starts and a call is made."""
    folder = tmp_path_factory.mktemp("alone")
    with LiveServer(folder, is_alone=True) as server:
        _assert_they_hear_each_other(server)
