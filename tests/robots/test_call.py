"""`manage.py call` against a fake site: what it prints, and its exit codes."""

import os
import signal
from dataclasses import replace

import pytest

from apps.robots.caller import CallPlan, call
from apps.robots.inbox import Inbox
from apps.robots.process import run
from apps.robots.report import Outcome, Report
from apps.robots.session import site
from tests.robots.fake_site import TICKET, FakeSite, Script

pytestmark = pytest.mark.media

PLAN = CallPlan(
    number="+12065550100",
    caller_number="+12065550123",
    hertz=660.0,
    seconds=1.5,
    patience=120,
)
FOR_EVER = 3600


def dial(script: Script, plan: CallPlan = PLAN) -> tuple[Outcome, FakeSite]:
    """Make the call in this process, as the command does."""
    fake = FakeSite(script)

    async def robot(report: Report, inbox: Inbox) -> Outcome:
        async with fake:
            return await call(
                site(fake.url, instance="demo"), plan=plan, report=report, inbox=inbox
            )

    return run(robot), fake


def heard(line: str) -> float:
    word, hertz, unit = line.split()
    assert (word, unit) == ("heard", "Hz")
    return float(hertz)


def test_a_connected_call_prints_its_facts_and_exits_0(
    capsys: pytest.CaptureFixture[str],
) -> None:
    outcome, fake = dial(Script(hertz=523.0))

    *facts, gap, last = capsys.readouterr().out.splitlines()
    assert facts == [
        "contact c-1",
        "state ringing",
        "state connected",
        "state ended customer_disconnect",
    ]
    assert gap.startswith("longest gap ")
    assert heard(last) == pytest.approx(523.0, abs=3)
    assert outcome == 0
    assert fake.far_heard == [pytest.approx(660.0, abs=3)]


def test_the_call_names_both_numbers_and_offers_audio_on_loopback() -> None:
    _, fake = dial(Script(unanswered="no_agent"))

    sent = fake.received[0]
    assert (sent["type"], sent["number"], sent["from"]) == ("call", "+12065550100", "+12065550123")
    candidates = [line for line in sent["sdp"].splitlines() if line.startswith("a=candidate")]
    assert candidates
    assert all(" 127.0.0.1 " in line for line in candidates)


def test_a_broken_socket_is_no_end_the_call_is_resumed_with_a_new_line_r_05(
    capsys: pytest.CaptureFixture[str],
) -> None:
    script = Script(breaks=True, on_connected=lambda: os.kill(os.getpid(), signal.SIGINT))

    outcome, fake = dial(script, replace(PLAN, seconds=FOR_EVER))

    said = [message["type"] for message in fake.received]
    assert said == ["call", "resume", "offer", "offer", "hang_up"]
    assert fake.received[1]["token"] == TICKET
    assert [message["generation"] for message in fake.received[2:4]] == [2, 3]
    assert "state ended customer_disconnect" in capsys.readouterr().out.splitlines()
    assert fake.far_heard == [pytest.approx(660.0, abs=10)]
    assert outcome in {0, 3}


def test_silence_from_the_other_side_exits_3(capsys: pytest.CaptureFixture[str]) -> None:
    outcome, _ = dial(Script(hertz=0))

    assert capsys.readouterr().out.splitlines()[-1] == "heard nothing"
    assert outcome == 3


def test_a_hold_is_told_and_the_call_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    outcome, _ = dial(Script(holds=True))

    assert capsys.readouterr().out.splitlines()[2:5] == [
        "state connected",
        "state hold",
        "state connected",
    ]
    assert outcome == 0


def test_a_call_that_ends_while_ringing_exits_2(capsys: pytest.CaptureFixture[str]) -> None:
    outcome, _ = dial(Script(unanswered="queue_full"))

    assert capsys.readouterr().out.splitlines()[-1] == "state ended queue_full"
    assert outcome == 2


def test_a_refused_call_gives_the_servers_sentence_and_exits_2(
    capsys: pytest.CaptureFixture[str],
) -> None:
    outcome, _ = dial(Script(refusal="There is no such number."))

    assert capsys.readouterr() == ("", "There is no such number.\n")
    assert outcome == 2


def test_ctrl_c_hangs_up_and_still_tells_what_was_heard(
    capsys: pytest.CaptureFixture[str],
) -> None:
    script = Script(on_connected=lambda: os.kill(os.getpid(), signal.SIGINT))

    outcome, fake = dial(script, replace(PLAN, seconds=FOR_EVER))

    assert fake.received[-1]["type"] == "hang_up"
    assert "state ended customer_disconnect" in capsys.readouterr().out.splitlines()
    assert outcome in {0, 3}


def test_a_site_that_is_not_there_is_one_sentence_and_exits_2(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def robot(report: Report, inbox: Inbox) -> Outcome:
        fake = FakeSite(Script())
        async with fake:
            gone = site(fake.url, instance="demo")
        return await call(gone, plan=PLAN, report=report, inbox=inbox)

    assert run(robot) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.count("\n") == 1
    assert "cannot be opened" in output.err
