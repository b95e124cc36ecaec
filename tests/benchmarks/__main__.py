"""Measure ourselves beside others, in one run, and write docs/benchmarks.md.

    make bench                                    # everything, about twenty minutes
    make bench ARGS="--calls 20 --rounds 1 --seconds 4 --only media --no-page"

Traffic stays on this machine. Only ratios of one run say much: the absolute figures move with
whatever else the machine and its neighbours do.
"""

import argparse
import json
import shlex
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

from apps.core import clock
from tests.benchmarks import environment, page
from tests.benchmarks.environment import NotPossibleError
from tests.benchmarks.media import beside, janus

ROOT = Path(__file__).resolve().parents[2]
MOST_SECONDS = 300
MOST_SECONDS_OF_ROUTING = 1200
RING_BUDGET = 500  # ms, L-03
MOST_SECONDS_OF_COMEBACKS = 1200  # beyond its own patience, after which it leaves nothing running


def main() -> int:
    arguments = parse()
    for part in (arguments.only,) if arguments.only else PARTS:
        try:
            lines = measured(part, arguments)
        except NotPossibleError as problem:
            print(problem, file=sys.stderr)
            return 1
        print("\n".join(lines), flush=True)
        if not arguments.no_page:
            page.write(part, lines)
    return 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "python -m tests.benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--calls", default="20,60,100", help="numbers of calls, with commas")
    parser.add_argument("--rounds", type=int, default=2, help="how often each pair is measured")
    parser.add_argument("--seconds", type=float, default=8, help="how long is counted")
    parser.add_argument("--only", choices=PARTS, help="one part alone")
    parser.add_argument("--no-page", action="store_true", help="print, but leave the page")
    return parser.parse_args()


def measured(part: str, arguments: argparse.Namespace) -> list[str]:
    """Run one part; returns its lines of the page, with when, where and how it was measured."""
    load, stolen = environment.load(), environment.steal_seconds()
    started = clock.now()
    lines = PARTS[part](arguments)
    seconds = (clock.now() - started).total_seconds()
    stolen = environment.steal_seconds() - stolen
    conditions = [
        "",
        f"Measured {started:%Y-%m-%d %H:%M} UTC at commit {commit()} with `{command()}`, "
        f"this part in {seconds:.0f} s. Load before it {load}, after it {environment.load()}; "
        f"{stolen:.1f} s of CPU went to the machine's neighbours meanwhile. Machine: "
        f"{environment.machine()}.",
    ]
    return [*lines[1:], *conditions]


def media(arguments: argparse.Namespace) -> list[str]:
    environment.require()
    calls = [int(number) for number in arguments.calls.split(",")]
    pairs = beside.pairs(calls, rounds=arguments.rounds, seconds=arguments.seconds)
    most = [max(calls)]
    recorded = beside.pairs(
        most, rounds=arguments.rounds, seconds=arguments.seconds, recording=True
    )
    embedded = beside.embedded(seconds=arguments.seconds)
    real_time = "real-time" if pairs[0][0]["real_time"] else "usual"
    return [
        *("", "### Media: our router beside Janus", ""),
        f"Janus {janus.version()} (Debian's package, VideoCall plugin). Calls of two parties, "
        f"Opus at 32 kb/s in 20 ms frames, {pairs[0][0]['profile']}. Server and clients on a core "
        f"each, {real_time} priority, {arguments.seconds:g} s counted. Each pair was run back to "
        "back, in the order ours, Janus.",
        *("", *beside.table(pairs)),
        *("", *beside.budgets(pairs)),
        *("", "### Media with recording", ""),
        "The same with both parties of every call recorded: our journals, Janus' mjr files.",
        *("", *beside.table(recorded)),
        *("", *beside.recording_budgets(recorded)),
        *("", "### Media in the one-process shape", ""),
        "Our router on both cores beside six web threads with requests without end that never "
        f"wait. Delay p50 / p99 / p99.9 ms: {beside.delays(embedded)}.",
        *("", *beside.embedded_budgets(embedded)),
    ]


def routing(_arguments: argparse.Namespace) -> list[str]:
    found = _figures("tests.benchmarks.routing", within=MOST_SECONDS_OF_ROUTING)
    rows = [
        f"| {each['database']} | {each['agents']:,} | {each['p50']:.1f} | {each['p99']:.1f} |"
        for each in found
    ]
    return [
        *("", "### Routing: enqueue to claim, committed", ""),
        f"{found[0]['waiting']:,} contacts wait in 200 queues; {found[0]['claims']} claims each.",
        *("", "| Database | Agents | p50 ms | p99 ms |", "|---|---:|---:|---:|", *rows),
        *("", *_routing_budgets(found)),
    ]


def _routing_budgets(found: list[dict[str, Any]]) -> list[str]:
    rows = ["| Budget | At most | Measured | |", "|---|---:|---:|---|"]
    for database in sorted({each["database"] for each in found}):
        line = [each for each in found if each["database"] == database]
        few, many = (pick(line, key=lambda each: int(each["agents"])) for pick in (min, max))
        flat = many["p99"] / few["p99"]
        rows += [
            f"| {database}: p99 at {many['agents']:,} agents, ms | 50 | {many['p99']:.1f} | "
            f"{'holds' if many['p99'] < 50 else 'missed'} |",
            f"| {database}: p99 at {many['agents']:,} by that at {few['agents']:,} | 1.5 | "
            f"{flat:.2f} | {'holds' if flat <= 1.5 else 'missed'} |",
        ]
    return rows


def first_start(_arguments: argparse.Namespace) -> list[str]:
    found = _json("tests.benchmarks.first_start")
    return [
        *("", "### First start", ""),
        f"`manage.py serve` on a prepared machine: Ready after {found['first']:.1f} s with an "
        f"empty data folder, after {found['next']:.1f} s the next time.",
    ]


def coming_back(_arguments: argparse.Namespace) -> list[str]:
    found = _json("tests.benchmarks.comebacks", within=MOST_SECONDS_OF_COMEBACKS)
    rows = []
    for what, seconds in found["seconds"].items():
        budget, worst = found["budgets"][what], max(seconds)
        verdict = "holds" if worst <= budget else "missed"
        rows.append(f"| {what} | {budget:g} | {median(seconds):.2f} | {worst:.2f} | {verdict} |")
    return [
        *("", "### Coming back", ""),
        f"Seconds, {len(seconds)} rounds each, on a call between two Chromiums; the media node's "
        "between two robots in the many-process shape.",
        *("", "| What happened | At most | Median | Worst | |", "|---|---:|---:|---:|---|", *rows),
    ]


def ringing(_arguments: argparse.Namespace) -> list[str]:
    found = _json("tests.benchmarks.ringing", within=MOST_SECONDS_OF_ROUTING)
    verdict = "holds" if found["p95"] < RING_BUDGET else "missed"
    return [
        *("", "### Offer to ring", ""),
        f"{found['panels']:,} panels open in one process, {found['calls']} calls: p50 "
        f"{found['p50']:.0f} ms, p95 {found['p95']:.0f} ms (budget {RING_BUDGET} ms: {verdict}), "
        f"p99 {found['p99']:.0f} ms.",
    ]


def answering(_arguments: argparse.Namespace) -> list[str]:
    found = _json("tests.benchmarks.answering", within=MOST_SECONDS_OF_ROUTING)
    rows = [
        f"| {row['what']} | {row['budget']} | {row['p50']} | {row['p95']} | {row['max']} | "
        f"{'holds' if row['p95'] < row['budget'] else 'missed'} |"
        for row in found["rows"]
    ]
    return [
        *("", "### Accept to audio", ""),
        f"Milliseconds, {found['calls']} calls each, one after the other. Two robots; the last row "
        "is two Chromiums. The budget is that of p95.",
        *("", "| From, to | Below | p50 | p95 | Max | |", "|---|---:|---:|---:|---:|---|", *rows),
    ]


def _json(module: str, *, within: float = MOST_SECONDS) -> dict[str, Any]:
    return _figures(module, within=within)[-1]


def _figures(module: str, *, within: float) -> list[dict[str, Any]]:
    """The JSON lines that a part of the bench prints."""
    try:
        ran = subprocess.run(
            [sys.executable, "-m", module], stdout=subprocess.PIPE, check=True, timeout=within
        )
        return [dict(json.loads(line)) for line in ran.stdout.splitlines() if line[:1] == b"{"]
    except (subprocess.SubprocessError, ValueError) as problem:
        raise NotPossibleError(f"{module} gave no figures: {problem}") from problem


def command() -> str:
    return shlex.join(["python", "-m", "tests.benchmarks", *sys.argv[1:]])


def commit() -> str:
    """The short commit, with a plus when files differ from it."""
    described = ["git", "describe", "--always", "--exclude=*", "--dirty=+"]
    return subprocess.run(described, cwd=ROOT, capture_output=True, text=True).stdout.strip()


PARTS = {
    "media": media,
    "routing": routing,
    "ringing": ringing,
    "answering": answering,
    "start": first_start,
    "comebacks": coming_back,
}

if __name__ == "__main__":
    sys.exit(main())
