"""`manage.py answer` against a fake site: log-in, status, offer, talk, clear; exit codes."""

from dataclasses import replace

import pytest

from apps.robots.answerer import AnswerPlan, answer
from apps.robots.inbox import Inbox
from apps.robots.process import run
from apps.robots.report import Outcome, Report
from apps.robots.session import site
from tests.robots.fake_site import PASSWORD, USER, FakeSite, Script

pytestmark = pytest.mark.media

PLAN = AnswerPlan(
    user=USER,
    password=PASSWORD,
    hertz=660.0,
    seconds=1.5,
    count=1,
    patience=120,
    reject=False,
)
ANSWERED = ["contact.accept", "contact.end", "contact.clear"]


def work(script: Script, plan: AnswerPlan = PLAN) -> tuple[Outcome, FakeSite]:
    """Let the agent work in this process, as the command does."""
    fake = FakeSite(script)

    async def robot(report: Report, inbox: Inbox) -> Outcome:
        async with fake:
            return await answer(
                site(fake.url, instance="demo"), plan=plan, report=report, inbox=inbox
            )

    return run(robot), fake


def test_an_answered_call_prints_its_facts_and_exits_0(
    capsys: pytest.CaptureFixture[str],
) -> None:
    outcome, fake = work(Script(hertz=523.0))

    *facts, gap, last = capsys.readouterr().out.splitlines()
    assert facts == [
        "contact c-1",
        "state ringing",
        "state connected",
        "state ended agent_disconnect",
    ]
    assert gap.startswith("longest gap ")
    assert float(last.split()[1]) == pytest.approx(523.0, abs=3)
    assert outcome == 0
    assert fake.far_heard == [pytest.approx(660.0, abs=3)]


def test_the_agent_becomes_available_accepts_ends_clears_and_goes_offline() -> None:
    _, fake = work(Script())

    assert fake.received[0]["type"] == "hello"
    assert fake.received[0]["softphone"] == {"ready": True, "error": None}
    assert fake.commands() == ["s-on", *ANSWERED, "s-off"]


def test_two_calls_are_answered_one_after_the_other(capsys: pytest.CaptureFixture[str]) -> None:
    outcome, fake = work(Script(fates=["answer", "answer"]), replace(PLAN, count=2))

    assert fake.commands() == ["s-on", *ANSWERED, *ANSWERED, "s-off"]
    assert len(fake.far_heard) == 2
    assert [line for line in capsys.readouterr().out.splitlines() if "contact" in line] == [
        "contact c-1",
        "contact c-2",
    ]
    assert outcome == 0


def test_a_caller_gone_while_ringing_is_told_and_the_next_call_answered(
    capsys: pytest.CaptureFixture[str],
) -> None:
    outcome, _ = work(Script(fates=["withdraw", "answer"]))

    facts = capsys.readouterr().out.splitlines()
    assert facts[:4] == ["contact c-1", "state ringing", "state ended withdrawn", "contact c-2"]
    assert outcome == 0


def test_silence_from_the_caller_exits_3(capsys: pytest.CaptureFixture[str]) -> None:
    outcome, _ = work(Script(hertz=0))

    assert capsys.readouterr().out.splitlines()[-1] == "heard nothing"
    assert outcome == 3


def test_refused_audio_is_offered_again_without_another_picture_as_the_page_does() -> None:
    away = {"code": "UNAVAILABLE", "message": "Try again."}
    stale = {"code": "STALE_LEG", "message": "Offer again.", "generation": 2}

    outcome, fake = work(Script(audio_refusals=[away, stale]))

    offers = [each for each in fake.received if each["type"] == "media.offer"]
    assert [each["generation"] for each in offers] == [1, 1, 2]
    assert outcome == 0


def test_a_rejected_call_is_cleared_and_exits_2() -> None:
    outcome, fake = work(Script(), replace(PLAN, reject=True))

    assert fake.commands() == ["s-on", "contact.reject", "contact.clear", "s-off"]
    assert outcome == 2


def test_an_agent_without_a_call_gives_up_and_exits_2() -> None:
    outcome, fake = work(Script(fates=[]), replace(PLAN, patience=0))

    assert "contact.accept" not in fake.commands()
    assert outcome == 2


def test_a_wrong_password_is_one_sentence_and_exits_2(
    capsys: pytest.CaptureFixture[str],
) -> None:
    outcome, fake = work(Script(), replace(PLAN, password="wrong"))

    assert outcome == 2
    assert "The log-in of 'ana' was refused" in capsys.readouterr().err
    assert fake.received == []


def test_a_user_without_the_panel_is_told_so_and_exits_2(
    capsys: pytest.CaptureFixture[str],
) -> None:
    outcome, _ = work(Script(close_code=4403))

    assert outcome == 2
    assert "may not open the Contact Control Panel" in capsys.readouterr().err
