"""Work on what a stranger made, in a process of its own: it may eat memory, never end, or crash.

That process must not be the one that carries calls. It is small, it comes after whatever carries
sound, and it does not get our settings, which hold secrets.
"""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from subprocess import CompletedProcess

_ROOT = Path(__file__).resolve().parents[2]


class ChildLateError(Exception):
    """It took too long and was ended."""


def run_child(
    module: str, *arguments: str, given: bytes = b"", within_seconds: float
) -> CompletedProcess[bytes]:
    """Run `python -m module` to its end; raises ChildLateError.

    Its status is negative where it died of a signal.
    """
    try:
        return subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", module, *arguments],
            cwd=_ROOT,
            env=_environment(),
            input=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=within_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise ChildLateError from late


def _environment() -> dict[str, str]:
    """Few threads too, because each reserves memory."""
    ours = ("CONNECT_", "DJANGO_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def live_small(*, memory: int, cpu_seconds: int) -> None:
    """In the child: bound addresses and computing; not every system can bound a process."""
    with suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415 - only where it exists

        os.nice(10)
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
