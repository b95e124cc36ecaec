"""A stranger's sound file becomes an asset in a process of its own.

Decoders are large and old: a file made for it may eat memory, never end or bring the process down.
That process must not be the one that carries calls. `python -m apps.media.preparing FILE FOLDER
KEY` is the child; its exit status says how it went.
"""

import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

from apps.media.assets import AudioError, AudioTooLongError, decode_audio, write_asset

LONGEST_SECONDS = 300
WITHIN_SECONDS = 90
MEMORY = 2 * 1024**3  # of addresses; five minutes take about half of it
CPU_SECONDS = 60
GOOD, NO_SOUND, TOO_LONG = 0, 10, 11
_TURNS = threading.Semaphore(2)  # of a process: the longest files take half a gigabyte each
_ROOT = Path(__file__).resolve().parents[2]


def prepare_asset(source: Path, *, folder: Path, key: str) -> None:
    """Write the asset `key` from an audio file; raises AudioError or AudioTooLongError.

    The caller waits, for some seconds if the file is long.
    """
    command = [sys.executable, "-m", "apps.media.preparing", str(source), str(folder), key]
    try:
        with _TURNS:
            done = subprocess.run(  # noqa: S603 - our own program; its arguments are paths
                command,
                cwd=_ROOT,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=WITHIN_SECONDS,
                check=False,
            )
    except subprocess.TimeoutExpired as late:
        raise AudioError("The sound could not be read in time.") from late
    if done.returncode == TOO_LONG:
        raise AudioTooLongError(f"The sound is longer than {LONGEST_SECONDS} seconds.")
    if done.returncode != GOOD:
        raise AudioError("This file holds no sound that can be read.")


def _environment() -> dict[str, str]:
    """Without our settings, which hold secrets; few threads, because each reserves memory."""
    ours = ("CONNECT_", "DJANGO_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def main(source: str, folder: str, key: str) -> int:
    _live_small()
    try:
        pcm = decode_audio(Path(source), longest_seconds=LONGEST_SECONDS)
    except AudioTooLongError:
        return TOO_LONG
    except AudioError:
        return NO_SOUND
    write_asset(Path(folder), key, pcm)
    return GOOD


def _live_small() -> None:
    """Within bounds, and behind whatever carries sound; not every system can bound a process."""
    with suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415 - only where it exists

        os.nice(10)
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
