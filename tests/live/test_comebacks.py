"""A killed server comes back, and both browsers are on the same call again by themselves."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.live.browsers import PANEL, AgentPage, CallerPage
from tests.live.server import LiveServer
from tests.live.sound import AGENT_HZ, CALLER_HZ, holds_both_tones
from tests.live.test_recorded_calls import recording

pytestmark = pytest.mark.browser


def rows(server: LiveServer, query: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(server.data / "connect.sqlite3") as database:
        return database.execute(query).fetchall()


def test_both_pages_return_to_their_call_after_the_server_was_killed_r_05(
    tmp_path: Path, furnished: Path, callers_browser: Browser, agents_browser: Browser
) -> None:
    """R-05, R-08, R-09: one contact, one recording with a hole that says so, and the next call."""
    with LiveServer(tmp_path, like=furnished) as first:
        port = first.port
        caller = CallerPage(callers_browser, first.url)
        ana = AgentPage(agents_browser, first.url)
        ana.sign_in("ana", to=PANEL)
        ana.choose("Available")
        ana.sees("Ready for contacts")
        caller.call()
        ana.press("Accept call")
        caller.wait_for_tone(AGENT_HZ)
        at_agent = ana.wait_for_tone(CALLER_HZ)
        first.kill()
        ana.wait_for_silence_at(CALLER_HZ, was=at_agent)

    with LiveServer(tmp_path, port=port) as second:
        caller.wait_for_tone(AGENT_HZ)
        ana.wait_for_tone(CALLER_HZ)
        expect(caller.page.get_by_role("heading", name="Talking")).to_be_visible()
        ana.press("End call")
        ana.press("Clear contact")
        ana.sees("Ready for contacts")

        contacts = "select public_id, state, disconnect_reason from contacts_contact"
        [(contact, state, reason)] = rows(second, contacts)
        assert (state, reason) == ("completed", "AGENT_DISCONNECT")
        stored, key, is_partial, _ = recording(second, contact)
        assert (stored, bool(is_partial)) == ("available", True), second.log[-3000:]
        holds_both_tones(second.data / "recordings" / key, seconds=1)

        # An agent may look ready and yet be out of routing: only the next call tells.
        caller.call()
        ana.press("Accept call")
        caller.wait_for_tone(AGENT_HZ)
        ana.wait_for_tone(CALLER_HZ)
        ana.press("End call")
        ana.press("Clear contact")
        ana.sees("Ready for contacts")
        caller.close()
        ana.close()
