"""What a server process costs, read from /proc: CPU and memory, all threads and children."""

import os
import re
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """User plus system time of a process and its children so far."""
    return sum(_cpu(one) for one in _tree(pid))


def memory_kb(pid: int) -> int:
    """Proportional set size of a process and its children."""
    return sum(_pss(one) for one in _tree(pid))


def threads(pid: int) -> int:
    return sum(len(list(Path(f"/proc/{one}/task").iterdir())) for one in _tree(pid))


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _pss(pid: int) -> int:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    found = re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)
    return int(found.group(1)) if found else 0


def _tree(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += _tree(int(child))
    return found
