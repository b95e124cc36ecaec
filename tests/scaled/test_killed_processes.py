"""Each process of a many-process installation is killed in mid-call, as by `kill -9`."""

import re

import pytest

from tests.live.sound import AGENT_HZ, CALLER_HZ, holds_both_tones
from tests.scaled.site import PATIENCE, Member, Scaled, until
from tests.scaled.talks import Said, Talk

pytestmark = pytest.mark.browser


def is_whole(talk: Talk, caller: Said, agent: Said, *, ended_by: str, is_partial: bool) -> None:
    """Each heard the other to the end; record and recording tell of it."""
    caller.heard(AGENT_HZ)
    agent.heard(CALLER_HZ)
    talk.is_over()
    assert talk.record()["disconnect_reason"] == f"{ended_by}_DISCONNECT"
    path, partial = talk.recording()
    holds_both_tones(path, seconds=2)
    assert partial is is_partial


# All in one call; a call for each is for the long run.
SILENT = ("control-1", "web-1", "worker-1")
ALONE = [pytest.param((name,), marks=pytest.mark.long) for name in (*SILENT, "web-2")]


@pytest.mark.parametrize("names", [SILENT, *ALONE], ids="+".join)
def test_a_call_outlives_the_death_of_a_process_that_carries_no_audio_r_08(
    site: Scaled, names: tuple[str, ...]
) -> None:
    """R-08, R-09, R-12: the two talk on, the record and the recording are whole."""
    with Talk(site) as talk:
        for member in (_named(site, name) for name in names):
            member.kill()
            talk.goes_on()
            member.start()
            member.wait_until_ready()
            talk.goes_on()
        caller, agent = talk.caller_hangs_up(), talk.agent_said()

        is_whole(talk, caller, agent, ended_by="CUSTOMER", is_partial=False)


def test_both_talk_again_over_another_node_when_theirs_dies_r_08(site: Scaled) -> None:
    """R-08, R-09: the call moves, the recording has a hole and says so; nobody is stuck."""
    with Talk(site) as talk:
        member = _named(site, talk.node)
        member.kill()
        talk.goes_on()
        assert talk.node != member.name
        talk.agent_ends()
        caller, agent = talk.caller_said(), talk.agent_said()

        is_whole(talk, caller, agent, ended_by="AGENT", is_partial=True)
    member.start()
    member.wait_until_ready()


def test_restarts_in_order_are_not_heard_r_03(site: Scaled) -> None:
    """R-03: one after the other, the node of the call too, which drains until the call is over."""
    with Talk(site) as talk:
        for member in (*site.web, *site.control, *site.worker):
            member.restart()
            talk.goes_on(seconds=1)
        draining = _named(site, talk.node)
        draining.ask_to_stop()
        talk.goes_on()
        assert talk.node == draining.name
        caller, agent = talk.caller_hangs_up(), talk.agent_said()

        assert draining.wait() == 0
        is_whole(talk, caller, agent, ended_by="CUSTOMER", is_partial=False)
        caller.heard_without_a_break()
        agent.heard_without_a_break()
    draining.start()
    draining.wait_until_ready()


@pytest.mark.long
def test_new_calls_find_a_way_while_every_process_is_restarted_r_03(site: Scaled) -> None:
    """R-03: one new call for each restart, at the web process that is not restarted."""
    members = [*site.web, *site.control, *site.worker, *site.media]
    agent = site.answerer(hertz=AGENT_HZ, count=len(members))
    free = "select 1 from agents_agent where available_since is not null"
    until(lambda: bool(site.rows(free)), "The agent did not become available")
    callers = []
    for member in members:
        door = next(web for web in site.web if web is not member)
        caller = site.caller(at=door, hertz=CALLER_HZ, seconds=3)
        member.restart()
        callers.append((member.name, caller, caller.communicate(timeout=PATIENCE)[0]))
    said, _ = agent.communicate(timeout=PATIENCE)

    for name, caller, heard in callers:
        assert caller.returncode == 0, f"{name}: {heard}{said}"
    assert agent.returncode == 0, said
    assert len(re.findall(r"^heard 440\.\d Hz$", said, re.M)) == len(members), said


def _named(site: Scaled, name: str) -> Member:
    return next(member for member in site.members if member.name == name)
