"""A call through web, control, worker and media as processes of their own."""

import pytest

from tests.live.sound import AGENT_HZ, CALLER_HZ, holds_both_tones
from tests.scaled.site import Scaled
from tests.scaled.talks import Talk

pytestmark = pytest.mark.browser


def test_a_call_goes_through_many_processes_and_leaves_its_recording_r_09(site: Scaled) -> None:
    """Flow, queue, ring and audio, with the caller at one web process and the agent at another."""
    before = [len(member.log) for member in site.members]

    with Talk(site) as talk:
        caller, agent = talk.caller_hangs_up(), talk.agent_said()
        talk.is_over()
        path, is_partial = talk.recording()

    assert (caller.exit_code, agent.exit_code) == (0, 0), caller.text + agent.text
    caller.heard(AGENT_HZ)
    agent.heard(CALLER_HZ)
    holds_both_tones(path, seconds=2)
    assert not is_partial
    for member, length in zip(site.members, before, strict=True):
        assert "Traceback" not in member.log[length:], member.log[length:]


def test_every_process_ends_in_order_and_comes_back_r_03(site: Scaled) -> None:
    """Asked to stop, each ends with 0, the last one started first."""
    codes = {member.name: member.stop() for member in reversed(site.members)}
    for member in site.members:
        member.start()
    for member in site.members:
        member.wait_until_ready()

    assert set(codes.values()) == {0}, codes
