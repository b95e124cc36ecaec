"""A stranger's sound file becomes an asset in a process of its own.

Decoders are large and old, and a file may be made to break them. `python -m apps.media.preparing
FILE FOLDER KEY` is the child; its exit status says how it went.
"""

import sys
import threading
from pathlib import Path

from apps.media.assets import AudioError, AudioTooLongError, decode_audio, write_asset
from apps.media.child import ChildLateError, live_small, run_child

LONGEST_SECONDS = 300
WITHIN_SECONDS = 90
MEMORY = 2 * 1024**3  # of addresses; five minutes take about half of it
CPU_SECONDS = 60
GOOD, NO_SOUND, TOO_LONG = 0, 10, 11
_TURNS = threading.Semaphore(2)  # of a process: the longest files take half a gigabyte each


def prepare_asset(source: Path, *, folder: Path, key: str) -> None:
    """Write the asset `key` from an audio file; raises AudioError or AudioTooLongError.

    The caller waits, for some seconds if the file is long.
    """
    try:
        with _TURNS:
            done = run_child(
                "apps.media.preparing", str(source), str(folder), key, within_seconds=WITHIN_SECONDS
            )
    except ChildLateError as late:
        raise AudioError("The sound could not be read in time.") from late
    if done.returncode == TOO_LONG:
        raise AudioTooLongError(f"The sound is longer than {LONGEST_SECONDS} seconds.")
    if done.returncode != GOOD:
        raise AudioError("This file holds no sound that can be read.")


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
    live_small(memory=MEMORY, cpu_seconds=CPU_SECONDS)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
