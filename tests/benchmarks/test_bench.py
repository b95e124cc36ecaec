"""The bench says what it lacks and never shows figures without the peer's beside them."""

import argparse
import asyncio
import subprocess
from pathlib import Path

import numpy as np
import pytest

from apps.robots.audio import FRAME_SAMPLES, RATE, Samples, tone
from tests.benchmarks import __main__ as bench
from tests.benchmarks import answering, environment, page
from tests.benchmarks.environment import NotPossibleError
from tests.benchmarks.media import beside
from tests.live import talkers

pytestmark = pytest.mark.domain


def row(cpu: float, *, calls: int = 100) -> beside.Row:
    return {
        "calls": calls,
        "cpu_ms_per_call_second": cpu,
        "server_core": 0.3,
        "client_core": 0.5,
        "delay_ms": {"p50": 1.0, "p99": 5.0, "p99.9": 6.0},
        "delivered": 1.0,
        "held": True,
        "kb_per_call": 250.0,
        "setup_ms_per_call": 9.0,
    }


def test_a_missing_peer_is_named_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(environment, "PACKAGES", {"janus": lambda: False, "gcc": lambda: True})
    monkeypatch.setattr(environment.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(environment.os, "sched_getaffinity", lambda pid: {0, 1})
    with pytest.raises(NotPossibleError, match=r"apt-get install janus$"):
        environment.require()


def test_a_run_without_the_peers_row_fails_and_leaves_the_page(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(*args: object, **options: object) -> None:
        raise subprocess.CalledProcessError(1, "measure")

    written: list[object] = []
    monkeypatch.setattr(environment, "require", lambda: None)
    monkeypatch.setattr(beside.subprocess, "run", refused)
    monkeypatch.setattr(page, "write", written.append)
    monkeypatch.setattr(bench.sys, "argv", ["bench", "--calls", "1", "--only", "media"])
    assert bench.main() == 1
    assert "there is no comparison" in capsys.readouterr().err
    assert written == []


def test_a_missed_budget_says_by_how_much() -> None:
    lines = beside.budgets([(row(2.0), row(4.0))])
    assert "| CPU ms per call-second | 2.5 | 2 | holds |" in lines
    assert "| CPU beside Janus VideoCall | 0.4 | 0.5 | missed by 25% |" in lines
    assert "| Added delay p99, ms | 4 | 5 | missed by 25% |" in lines


def test_recording_and_the_busy_thread_have_budgets_of_their_own() -> None:
    pair = row(3.0) | {"recorded_kb_per_call": 80.0}, row(5.0) | {"recorded_kb_per_call": 90.0}
    lines = beside.recording_budgets([pair])
    assert "| CPU ms per call-second | 3.3 | 3 | holds |" in lines
    assert "| CPU beside Janus with recording | 0.5 | 0.6 | missed by 20% |" in lines
    lines = beside.embedded_budgets(row(1.0) | {"delivered": 0.99})
    assert "| Added delay p99, ms | 10 | 5 | holds |" in lines
    assert "| Lost, % | 0 | 1 | missed |" in lines


def test_the_worst_round_decides_whether_a_comeback_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {
        "budgets": {"reloaded": 3.0, "killed": 4.0},
        "seconds": {"reloaded": [0.5, 3.1, 1.0], "killed": [4.0, 2.0, 3.0]},
    }
    monkeypatch.setattr(bench, "_json", lambda module, **options: found)
    lines = bench.coming_back(argparse.Namespace())
    assert "| reloaded | 3 | 1.00 | 3.10 | missed |" in lines
    assert "| killed | 4 | 3.00 | 4.00 | holds |" in lines


def test_the_95th_percentile_decides_whether_audio_comes_in_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    late = answering.row("auto-accept", 1000, [0.5] * 10 + [1.5] * 10)
    early = answering.row("accept", 800, [0.2] * 99 + [2.0])
    found = {"calls": 20, "rows": [late, early]}
    monkeypatch.setattr(bench, "_json", lambda module, **options: found)
    lines = bench.answering(argparse.Namespace())
    assert "| auto-accept | 1000 | 1000 | 1500 | 1500 | missed |" in lines
    assert "| accept | 800 | 200 | 200 | 2000 | holds |" in lines


def test_an_ear_tells_a_tone_from_music_and_any_sound_from_dust() -> None:
    def frame(*hertz: float, loud: float = 1.0) -> Samples:
        parts = [tone(each, start=0, count=FRAME_SAMPLES) / 32_768 for each in hertz]
        return loud * np.sum(parts, axis=0) / len(hertz)

    async def judge() -> tuple[bool, bool]:
        ear = talkers.Ear(talkers.AGENT_HZ)
        ear.take(frame(talkers.AGENT_HZ, loud=0.001), RATE)
        assert not ear.sound.done()
        ear.take(frame(440, 660, talkers.AGENT_HZ), RATE)
        return ear.sound.done(), ear.tone.done()

    assert asyncio.run(judge()) == (True, False)


def test_only_what_is_between_the_markers_of_a_part_is_replaced(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "benchmarks.md"
    begin, end = page.BEGIN.format(part="start"), page.END.format(part="start")
    other = "<!-- measured: media -->\nkept\n<!-- end of media -->"
    file.write_text(f"before\n{other}\n{begin}\nold\n{end}\nafter\n")
    monkeypatch.setattr(page, "PAGE", file)
    page.write("start", ["new"])
    assert file.read_text() == f"before\n{other}\n{begin}\n\nnew\n\n{end}\nafter\n"
