"""Real calls leave real recordings: from two voices on the wire to two channels in a file."""

import sqlite3
import time
from pathlib import Path
from uuid import UUID

import pytest

from tests.live.journals import PACKETS_A_SECOND, packets
from tests.live.server import LiveServer
from tests.live.sound import AGENT_HZ, CALLER_HZ, channels, holds_both_tones
from tests.live.test_robots import NUMBER

pytestmark = pytest.mark.browser


def talk(server: LiveServer, *, seconds: int) -> str:
    """A caller and an agent with a tone each; returns the contact's id."""
    agent = server.start(
        *("answer", "bob", "--url", server.url, "--instance", "demo", "--seconds", "40"),
        *("--password-env", "CONNECT_DEMO_PASSWORD", "--tone", str(AGENT_HZ)),
    )
    caller = server.run(
        *("call", NUMBER, "--url", server.url, "--instance", "demo", "--from", "+12065550123"),
        *("--tone", str(CALLER_HZ), "--seconds", str(seconds)),
    )
    said, _ = agent.communicate(timeout=120)
    assert caller.returncode == 0, caller.stdout + caller.stderr + said
    return next(
        line.split()[1] for line in caller.stdout.splitlines() if line.startswith("contact ")
    )


def recording(server: LiveServer, contact: str) -> tuple[str, str, bool, int]:
    """State, storage name, is_partial and milliseconds, as soon as the file is made."""
    wanted = (
        "select r.state, r.key, r.is_partial, r.duration_ms from recordings_recording r "
        "join contacts_contact c on c.id = r.contact_id where c.public_id = ?"
    )
    row = ("", "", False, 0)
    for _ in range(1500):
        with sqlite3.connect(server.data / "connect.sqlite3") as database:
            row = database.execute(wanted, (contact.replace("-", ""),)).fetchone()
        if row and row[0] in ("available", "failed"):
            break
        time.sleep(0.2)
    return row


def journals_are_gone(server: LiveServer, contact: str) -> None:
    """Wait until nothing is left of them: they go only after the row says `available`."""
    wanted = (
        "select r.public_id from recordings_recording r "
        "join contacts_contact c on c.id = r.contact_id where c.public_id = ?"
    )
    with sqlite3.connect(server.data / "connect.sqlite3") as database:
        (key,) = database.execute(wanted, (contact.replace("-", ""),)).fetchone()
    folder = server.data / "journals" / str(UUID(key))
    for _ in range(600):
        if not folder.exists():
            return
        time.sleep(0.2)
    raise AssertionError(f"The journals stayed: {list(folder.iterdir())}")


def test_the_two_voices_of_a_call_lie_in_their_channels_r_09(server: LiveServer) -> None:
    """R-09: customer left, agent right, as long as the conversation, nothing left behind."""
    contact = talk(server, seconds=6)

    state, key, is_partial, milliseconds = recording(server, contact)

    assert (state, bool(is_partial)) == ("available", False), server.log[-3000:]
    left, _right = channels(server.data / "recordings" / key)
    holds_both_tones(server.data / "recordings" / key, seconds=4)
    assert len(left) / 48 == pytest.approx(milliseconds, abs=50)
    journals_are_gone(server, contact)


def test_a_server_killed_in_mid_call_leaves_what_was_said_until_then_r_09(
    tmp_path: Path, furnished: Path
) -> None:
    """R-09: after the restart the recording is there, plays and is marked partial."""
    with LiveServer(tmp_path, like=furnished) as server:
        agent = server.start(
            *("answer", "bob", "--url", server.url, "--instance", "demo", "--seconds", "120"),
            *("--password-env", "CONNECT_DEMO_PASSWORD", "--tone", str(AGENT_HZ)),
        )
        caller = server.start(
            *("call", NUMBER, "--url", server.url, "--instance", "demo"),
            *("--tone", str(CALLER_HZ), "--seconds", "120"),
        )
        heard_seconds(server, at_least=4)
        server.kill()
        for robot in (agent, caller):
            robot.kill()
            robot.communicate()

    with LiveServer(tmp_path) as server:
        with sqlite3.connect(server.data / "connect.sqlite3") as database:
            (contact,) = database.execute(
                "select c.public_id from contacts_contact c "
                "join recordings_recording r on c.id = r.contact_id"
            ).fetchone()
        state, key, is_partial, _ = recording(server, contact)

        assert (state, bool(is_partial)) == ("available", True), server.log[-3000:]
        holds_both_tones(server.data / "recordings" / key, seconds=2.9)


def heard_seconds(server: LiveServer, *, at_least: int) -> None:
    """Wait until the journals of both sides hold so much."""
    journals, enough = server.data / "journals", at_least * PACKETS_A_SECOND
    for _ in range(600):
        for folder in journals.glob("*/"):
            if all(packets(folder, side=side) >= enough for side in ("customer", "agent")):
                return
        time.sleep(0.2)
    raise AssertionError(f"Nothing was recorded: {server.log[-3000:]}")
