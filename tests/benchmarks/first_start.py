"""How long the first `serve` takes until calls can be made: packages are there, the data is not.

    python -m tests.benchmarks.first_start

Prints one JSON line with the seconds to "Ready" for an empty data folder and for the next start.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MOST_SECONDS = 120
MANAGE = Path(__file__).resolve().parents[2] / "manage.py"


def seconds_to_ready(folder: Path) -> float:
    """Start, wait for the line, stop; raises TimeoutError or RuntimeError."""
    command = [sys.executable, MANAGE, "serve", "--port", "0", "--data-dir", folder]
    start = time.perf_counter()
    with (folder.parent / f"{folder.name}.log").open("w+") as log:
        serving = subprocess.Popen(command, cwd=folder.parent, stdout=log, stderr=subprocess.STDOUT)
        try:
            while "Ready: " not in Path(log.name).read_text():
                if serving.poll() is not None:
                    raise RuntimeError(f"serve ended:\n{Path(log.name).read_text()[-2000:]}")
                if time.perf_counter() - start > MOST_SECONDS:
                    raise TimeoutError("serve was not ready in time")
                time.sleep(0.02)
            return time.perf_counter() - start
        finally:
            serving.terminate()
            try:
                serving.wait(20)
            except subprocess.TimeoutExpired:
                serving.kill()


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="connect-bench-") as folder:
        data = Path(folder) / "data"
        data.mkdir()
        print(json.dumps({"first": seconds_to_ready(data), "next": seconds_to_ready(data)}))


if __name__ == "__main__":
    main()
