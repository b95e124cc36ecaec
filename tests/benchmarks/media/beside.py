"""Ours and Janus back to back, A B A B, and what that says about the budgets."""

import json
import subprocess
import sys
from collections.abc import Sequence
from statistics import median
from typing import Any

from connect.lanes import HTTP_THREADS
from tests.benchmarks.environment import NotPossibleError

MOST_SECONDS = 180  # for one server with one number of calls; it takes about 15 s
BUDGET_CALLS = 100
EMBEDDED_CALLS = 20  # what the one-process shape is meant for

Row = dict[str, Any]
Pair = tuple[Row, Row]


def pairs(
    calls: Sequence[int], *, rounds: int, seconds: float, recording: bool = False
) -> list[Pair]:
    """Measure both servers, one right after the other, for each number of calls.

    Raises NotPossibleError when a server yields no row: without the peer there is no comparison.
    """
    measured = []
    for turn in range(rounds):
        for number in calls:
            more = ["--recording"] if recording else []
            pair = _row("ours", number, seconds, *more), _row("janus", number, seconds, *more)
            print(f"round {turn + 1}, {number} calls: {_spoken(pair)}", flush=True)
            measured.append(pair)
    return sorted(measured, key=lambda pair: pair[0]["calls"])


def ratio(pair: Pair) -> float:
    return pair[0]["cpu_ms_per_call_second"] / pair[1]["cpu_ms_per_call_second"]


def table(measured: Sequence[Pair]) -> list[str]:
    """Two lines a pair, the ratio on ours."""
    lines = [
        "| Calls | Server | CPU ms per call-second | Ours : Janus | Of a core | "
        "Delay p50 / p99 / p99.9 ms | Delivered | Held | KB per call | Set-up ms | Client's core |",
        "|---:|---|---:|---:|---:|---:|---:|---|---:|---:|---:|",
    ]
    for pair in measured:
        lines += [_line("ours", pair[0], f"**{ratio(pair):.2f}**"), _line("Janus", pair[1], "")]
    return lines


def delays(row: Row) -> str:
    return " / ".join(f"{value:g}" for value in row["delay_ms"].values())


def budgets(measured: Sequence[Pair]) -> list[str]:
    """Each budget beside the median of the runs it is meant for."""
    most = max(pair[0]["calls"] for pair in measured)
    at_most = [pair for pair in measured if pair[0]["calls"] == most]
    ours = [pair[0] for pair in at_most]
    found = [
        ("CPU ms per call-second", 2.5, median(r["cpu_ms_per_call_second"] for r in ours)),
        ("CPU beside Janus VideoCall", 0.40, median(ratio(pair) for pair in at_most)),
        ("Added delay p99, ms", 4.0, median(r["delay_ms"]["p99"] for r in ours)),
        ("KB a call", 400, median(r["kb_per_call"] for r in ours)),
    ]
    note = "" if most == BUDGET_CALLS else f" (meant for {BUDGET_CALLS} calls)"
    return _verdicts(found, f"Budget at {most} calls{note}")


def _verdicts(found: Sequence[tuple[str, float, float]], title: str) -> list[str]:
    lines = [f"| {title} | At most | Median measured | |", "|---|---:|---:|---|"]
    for name, limit, value in found:
        lines.append(f"| {name} | {limit:g} | {value:.3g} | {_verdict(limit, value)} |")
    return lines


def _verdict(limit: float, value: float) -> str:
    if value <= limit:
        return "holds"
    return f"missed by {value / limit - 1:.0%}" if limit else "missed"


def recording_budgets(measured: Sequence[Pair]) -> list[str]:
    """The same for calls of which both parties are recorded, and what lay on the disk."""
    ours = [pair[0] for pair in measured]
    kilobytes = [median(p[side]["recorded_kb_per_call"] for p in measured) for side in (0, 1)]
    found = [
        ("CPU ms per call-second", 3.3, median(r["cpu_ms_per_call_second"] for r in ours)),
        ("CPU beside Janus with recording", 0.50, median(ratio(pair) for pair in measured)),
    ]
    return [
        *_verdicts(found, f"Budget with recording at {ours[0]['calls']} calls"),
        "",
        f"Written per call: ours {kilobytes[0]:.0f} KB, Janus {kilobytes[1]:.0f} KB.",
    ]


def embedded(*, seconds: float) -> Row:
    """Measure our server with all its web threads busy without end in the same process."""
    row = _row("ours", EMBEDDED_CALLS, seconds, "--busy-threads", str(HTTP_THREADS))
    print(
        f"{EMBEDDED_CALLS} calls beside {HTTP_THREADS} busy threads: {row['delay_ms']}", flush=True
    )
    return row


def embedded_budgets(row: Row) -> list[str]:
    found = [
        ("Added delay p99, ms", 10.0, row["delay_ms"]["p99"]),
        ("Lost, %", 0.0, max(0.0, round((1 - row["delivered"]) * 100, 1))),
    ]
    return _verdicts(found, f"Budget at {row['calls']} calls beside busy web threads")


def _row(target: str, calls: int, seconds: float, *more: str) -> Row:
    command = [sys.executable, "-m", "tests.benchmarks.media.measure"]
    options = ["--target", target, "--calls", str(calls), "--seconds", str(seconds), *more]
    try:
        ran = subprocess.run(
            [*command, *options], stdout=subprocess.PIPE, check=True, timeout=MOST_SECONDS
        )
        return dict(json.loads(ran.stdout))
    except (subprocess.SubprocessError, ValueError) as problem:
        raise NotPossibleError(
            f"No figures for {target} with {calls} calls, so there is no comparison: {problem}"
        ) from problem


def _spoken(pair: Pair) -> str:
    figures = [f"{name} {row['cpu_ms_per_call_second']:.2f} ms" for name, row in _named(pair)]
    return f"{', '.join(figures)}, ratio {ratio(pair):.2f}"


def _named(pair: Pair) -> list[tuple[str, Row]]:
    return [("ours", pair[0]), ("Janus", pair[1])]


def _line(name: str, row: Row, compared: str) -> str:
    cells = [
        *(row["calls"], name, f"{row['cpu_ms_per_call_second']:.2f}", compared),
        *(f"{row['server_core']:.0%}", delays(row), f"{row['delivered']:.1%}"),
        *("yes" if row["held"] else "**no**", f"{row['kb_per_call']:.0f}"),
        *(f"{row['setup_ms_per_call']:.0f}", f"{row['client_core']:.0%}"),
    ]
    return f"| {' | '.join(map(str, cells))} |"
