"""One server, so many calls: set them up, let them talk, print what it cost as one JSON line.

    python -m tests.benchmarks.media.measure --target ours --calls 20

The server runs on one core and the clients on another, at real-time priority where we may ask for
it, so that other work on the machine is not counted as delay. `--recording` has both parties of
each call recorded; with `--busy-threads` our server computes meanwhile, at usual priority and on
both cores, as in the one-process shape.
"""

import argparse
import asyncio
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import aiohttp

from tests.benchmarks.media import janus, process
from tests.benchmarks.media.client import Party, only, own_address
from tests.benchmarks.media.generator import Generator
from tests.benchmarks.media.sound import speech_frames
from tests.benchmarks.media.targets import TARGETS, Target

SRTP = "SRTP_AES128_CM_SHA1_80"  # what Chromium negotiates
PRIORITY = 5
PACKETS_A_SECOND = 50
AT_ONCE = 4


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def ask_for_real_time() -> bool:
    with suppress(OSError):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(PRIORITY))
        return True
    return False


def start_server(
    arguments: argparse.Namespace, *, folder: Path, port: int, recordings: Path | None
) -> subprocess.Popen[bytes]:
    if arguments.target == "janus":
        command = janus.command(folder, port=port)
    else:
        command = ours(port, recordings=recordings, busy_threads=arguments.busy_threads)
    log = (folder / "server.log").open("wb")
    placed = ["taskset", "--cpu-list", str(arguments.server_core), *command]
    if arguments.busy_threads:
        both = ["taskset", "--cpu-list", f"{arguments.server_core},{arguments.client_core}"]
        # Behind the clients, who share a core with it, but ahead of the machine's other work.
        placed = ["chrt", "--rr", "1", *both, *command]
    return subprocess.Popen(placed, stdout=log, stderr=subprocess.STDOUT)


def ours(port: int, *, recordings: Path | None, busy_threads: int) -> list[str]:
    module = "tests.benchmarks.media.server"
    command = [sys.executable, "-m", module, "--port", str(port), "--ip", own_address()]
    if recordings is not None:
        command += ["--journals", str(recordings)]
    return [*command, "--busy-threads", str(busy_threads)]


def recorded_bytes(recordings: Path) -> int:
    """What lies on the disk of all recordings, with ours in a folder each."""
    return sum(file.stat().st_size for file in recordings.rglob("*") if file.is_file())


def stop_server(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()


async def until_ready(http: aiohttp.ClientSession, url: str) -> None:
    async with asyncio.timeout(30):
        while True:
            with suppress(aiohttp.ClientError):
                async with http.get(url):
                    return
            await asyncio.sleep(0.1)


async def set_up(target: Target, generator: Generator, *, calls: int) -> list[tuple[Party, Party]]:
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(room: int) -> tuple[Party, Party]:
        async with turn:
            parties = await target.call(room, lambda: Party(generator))
        generator.pair(parties[0].leg, parties[1].leg)
        return parties

    return await asyncio.gather(*(one(room) for room in range(calls)))


async def talk(
    generator: Generator, pid: int, *, warm_up: float, seconds: float
) -> dict[str, float]:
    """Let all calls talk; returns what was spent meanwhile."""
    talking = threading.Thread(target=generator.run)
    talking.start()
    try:
        await asyncio.sleep(warm_up)
        generator.count(on=True)
        start, server, client = time.monotonic(), process.cpu_seconds(pid), time.process_time()
        await asyncio.sleep(seconds)
        generator.count(on=False)
        spent = process.cpu_seconds(pid) - server
        passed = time.monotonic() - start
        client_spent = time.process_time() - client
        memory, threads = process.memory_kb(pid), process.threads(pid)
    finally:
        generator.stop()
        talking.join()
    return {
        "seconds": passed,
        "cpu": spent,
        "client_core": client_spent / passed,
        "memory": memory,
        "threads": threads,
    }


async def measure(arguments: argparse.Namespace, folder: Path) -> dict[str, object]:
    calls = arguments.calls
    only(own_address(), srtp=SRTP)
    generator = Generator(folder, legs=2 * calls, frames=speech_frames())
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    recordings = folder / "recordings" if arguments.recording else None
    if recordings is not None:
        recordings.mkdir()
    server = start_server(arguments, folder=folder, port=port, recordings=recordings)
    patience = aiohttp.ClientTimeout(total=70)
    try:
        async with aiohttp.ClientSession(timeout=patience) as http:
            target = TARGETS[arguments.target](url, http, recordings)
            await until_ready(http, url + target.ready)
            await target.start()
            await asyncio.sleep(0.5)
            empty, before = process.memory_kb(server.pid), process.cpu_seconds(server.pid)
            rooms = await set_up(target, generator, calls=calls)
            setup = process.cpu_seconds(server.pid) - before
            spent = await talk(
                generator, server.pid, warm_up=arguments.warm_up, seconds=arguments.seconds
            )
            await target.close()
    finally:
        stop_server(server)
    found = row(generator, rooms, spent, setup=setup, empty=empty)
    if recordings is not None:
        found["recorded_kb_per_call"] = round(recorded_bytes(recordings) / 1024 / calls, 1)
    return found


def row(
    generator: Generator,
    rooms: list[tuple[Party, Party]],
    spent: dict[str, float],
    *,
    setup: float,
    empty: int,
) -> dict[str, object]:
    counts = [generator.leg_counts(party.leg) for parties in rooms for party in parties]
    due = PACKETS_A_SECOND * spent["seconds"]
    delivered = sum(count[1] for count in counts) / (due * len(counts))
    worst = min(count[1] for count in counts) / due
    gaps = generator.share_of_gaps_over(60)
    return {
        "calls": len(rooms),
        "profile": rooms[0][0].profile,
        "cpu_ms_per_call_second": round(spent["cpu"] * 1000 / spent["seconds"] / len(rooms), 3),
        "server_core": round(spent["cpu"] / spent["seconds"], 3),
        "client_core": round(spent["client_core"], 3),
        "delay_ms": generator.delays_ms(),
        "delivered": round(delivered, 4),
        "worst_leg": round(worst, 3),
        "gaps_over_60_ms": round(gaps, 5),
        "held": delivered >= 0.99 and worst >= 0.97 and gaps <= 0.005,
        "refused": sum(count[2] for count in counts),
        "kb_per_call": round((spent["memory"] - empty) / len(rooms), 1),
        "empty_mb": round(empty / 1024, 1),
        "threads": spent["threads"],
        "setup_ms_per_call": round(setup * 1000 / len(rooms), 1),
        "late_sends": generator.late_sends,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", choices=TARGETS, required=True)
    parser.add_argument("--calls", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--warm-up", type=float, default=2)
    parser.add_argument("--recording", action="store_true")
    parser.add_argument("--busy-threads", type=int, default=0)
    parser.add_argument("--server-core", type=int, default=0)
    parser.add_argument("--client-core", type=int, default=1)
    arguments = parser.parse_args()
    random.seed(7)
    os.sched_setaffinity(0, {arguments.client_core})
    real_time = ask_for_real_time()
    with tempfile.TemporaryDirectory(prefix="connect-bench-") as folder:
        figures = asyncio.run(measure(arguments, Path(folder)))
    print(json.dumps({"target": arguments.target, "real_time": real_time, **figures}))


if __name__ == "__main__":
    main()
