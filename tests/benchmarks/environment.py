"""What the bench needs besides Python: looked for first, installed when we may."""

import os
import shutil
import subprocess
from pathlib import Path

PACKAGES = {
    "gcc": lambda: shutil.which("cc") is not None,
    "libc6-dev": lambda: Path("/usr/include/stdlib.h").exists(),
    "libsrtp2-dev": lambda: Path("/usr/include/srtp2/srtp.h").exists(),
    "janus": lambda: shutil.which("janus") is not None,
}


class NotPossibleError(Exception):
    """The bench cannot be run here; the sentence says what to do."""


def require() -> None:
    """Have a compiler, libsrtp and the peer; raises NotPossibleError."""
    if len(os.sched_getaffinity(0)) < 2:
        raise NotPossibleError("The bench needs two cores: one for the server, one for clients.")
    missing = _missing()
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing {' '.join(missing)} ...", flush=True)
        _install(missing)
        missing = _missing()
    if missing:
        command = f"apt-get install {' '.join(missing)}"
        raise NotPossibleError(f"Something to measure with is missing. As root: {command}")


def _missing() -> list[str]:
    return [package for package, is_there in PACKAGES.items() if not is_there()]


def _install(packages: list[str]) -> None:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        subprocess.run(["apt-get", "--quiet", "--quiet", *step], env=quiet, timeout=600)


def machine() -> str:
    """One line: processor, cores, memory, system, Python."""
    cpu = _first("/proc/cpuinfo", "model name")
    memory = int(_first("/proc/meminfo", "MemTotal").split()[0]) / 1024 / 1024
    system = _first("/etc/os-release", "PRETTY_NAME", "=").strip('"')
    python = ".".join(map(str, __import__("sys").version_info[:3]))
    kernel = os.uname().release
    return (
        f"{os.cpu_count()} cores of {cpu}, {memory:.0f} GB, {system}, Linux {kernel}, "
        f"Python {python}"
    )


def load() -> str:
    """How busy the machine was during the last minute, in runnable processes."""
    return f"{os.getloadavg()[0]:.1f}"


def steal_seconds() -> float:
    """CPU time the hypervisor has given to others so far."""
    fields = Path("/proc/stat").read_text().splitlines()[0].split()
    return int(fields[8]) / os.sysconf("SC_CLK_TCK")


def _first(path: str, key: str, separator: str = ":") -> str:
    for line in Path(path).read_text().splitlines():
        name, found, value = line.partition(separator)
        if found and name.strip() == key:
            return value.strip()
    return "unknown"
