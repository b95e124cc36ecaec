"""A call through web, control, worker and media as processes of their own."""

import re
from pathlib import Path

import pytest

from tests.live.scaled import Scaled, until

pytestmark = pytest.mark.browser


def test_a_call_goes_through_many_processes_and_both_sides_hear_each_other(tmp_path: Path) -> None:
    """Flow, queue, ring and audio, with the caller at one web process and the agent at another."""
    with Scaled(tmp_path, web=2) as site:
        agent, caller = site.answerer(), site.caller()
        said_by_caller, _ = caller.communicate(timeout=180)
        said_by_agent, _ = agent.communicate(timeout=180)
        told = "\n".join((said_by_caller, said_by_agent, *site.told()))

        assert (caller.returncode, agent.returncode) == (0, 0), told
        assert re.search(r"^heard 660\.\d Hz$", said_by_caller, re.M), told
        assert re.search(r"^heard 440\.\d Hz$", said_by_agent, re.M), told
        live = "select 1 from contacts_call where ended_at is null"
        until(lambda: not site.rows(live), "the call did not end")
        assert [member.stop() for member in reversed(site.members)] == [0] * 5, told
        assert not any("Traceback" in text for text in site.told()), told
