"""Ours and Janus back to back, A B A B, and what that says about the budgets."""

import json
import subprocess
import sys
from collections.abc import Sequence
from statistics import median
from typing import Any

from tests.benchmarks.environment import NotPossibleError

MOST_SECONDS = 180  # for one server with one number of calls; it takes about 15 s
BUDGET_CALLS = 100

Row = dict[str, Any]
Pair = tuple[Row, Row]


def pairs(calls: Sequence[int], *, rounds: int, seconds: float) -> list[Pair]:
    """Measure both servers, one right after the other, for each number of calls.

    Raises NotPossibleError when a server yields no row: without the peer there is no comparison.
    """
    measured = []
    for turn in range(rounds):
        for number in calls:
            pair = _row("ours", number, seconds), _row("janus", number, seconds)
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
    lines = [
        f"| Budget at {most} calls{note} | At most | Median measured | |",
        "|---|---:|---:|---|",
    ]
    for name, limit, value in found:
        verdict = "holds" if value <= limit else f"missed by {value / limit - 1:.0%}"
        lines.append(f"| {name} | {limit:g} | {value:.3g} | {verdict} |")
    return lines


def _row(target: str, calls: int, seconds: float) -> Row:
    command = [sys.executable, "-m", "tests.benchmarks.media.measure"]
    options = ["--target", target, "--calls", str(calls), "--seconds", str(seconds)]
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
    delays = " / ".join(f"{value:g}" for value in row["delay_ms"].values())
    cells = [
        *(row["calls"], name, f"{row['cpu_ms_per_call_second']:.2f}", compared),
        *(f"{row['server_core']:.0%}", delays, f"{row['delivered']:.1%}"),
        *("yes" if row["held"] else "**no**", f"{row['kb_per_call']:.0f}"),
        *(f"{row['setup_ms_per_call']:.0f}", f"{row['client_core']:.0%}"),
    ]
    return f"| {' | '.join(map(str, cells))} |"
