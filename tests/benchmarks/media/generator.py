"""The load generator in C, compiled when needed, as Python calls it."""

import ctypes
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

SOURCE = Path(__file__).parent / "loadgen.c"
DELAY_BINS, DELAY_MS = 10001, 0.1
GAP_BINS, GAP_MS = 2001, 1.0

_answer_stun = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.POINTER(ctypes.c_uint8), ctypes.c_int)


class Generator:
    """Sends on all legs added to it while `run` runs (call that in a thread), counts what comes."""

    def __init__(self, folder: Path, *, legs: int, frames: Sequence[bytes]) -> None:
        library = folder / "loadgen.so"
        subprocess.run(
            ["cc", "-O2", "-shared", "-fPIC", "-o", library, SOURCE, "-lsrtp2"], check=True
        )
        self._lib = lib = ctypes.CDLL(str(library))
        lib.lg_delays.restype = lib.lg_gaps.restype = ctypes.POINTER(ctypes.c_uint32)
        lib.lg_latest_send.restype = ctypes.c_double
        lib.lg_late_sends.restype = ctypes.c_uint64
        number, octets = ctypes.c_int, ctypes.c_char_p
        lib.lg_add.argtypes = [
            *(number, octets, number, number, octets, octets, ctypes.c_uint32, number)
        ]
        offsets = np.cumsum([0, *map(len, frames)]).astype(np.int32)
        # The library keeps pointers to both.
        self._frames = np.frombuffer(b"".join(frames), np.uint8).copy(), offsets
        pointers = [ctypes.c_void_p(array.ctypes.data) for array in self._frames]
        lib.lg_init(legs, *pointers, len(frames))
        self._answers: dict[int, Callable[[bytes], None]] = {}
        self._callback = _answer_stun(
            lambda leg, data, length: self._answers[leg](ctypes.string_at(data, length))
        )

    def add(
        self,
        fd: int,
        to: tuple[str, int],
        *,
        profile: int,
        keys: tuple[bytes, bytes],
        ssrc: int,
        payload_type: int,
        on_stun: Callable[[bytes], None],
    ) -> int:
        """Take a keyed socket (keys: to send, to receive); returns the leg's number."""
        leg = self._lib.lg_add(fd, to[0].encode(), to[1], profile, *keys, ssrc, payload_type)
        if leg < 0:
            raise RuntimeError("libsrtp refused the keys of a leg")
        self._answers[leg] = on_stun
        return int(leg)

    def pair(self, one: int, other: int) -> None:
        """Two legs of a call: what one says, the other is to hear."""
        self._lib.lg_pair(one, other)

    def run(self) -> None:
        """Send and receive until `stop`."""
        self._lib.lg_loop(self._callback)

    def stop(self) -> None:
        self._lib.lg_stop()

    def count(self, *, on: bool) -> None:
        """Start counting from nothing, or stop."""
        self._lib.lg_count(int(on))

    def leg_counts(self, leg: int) -> tuple[int, int, int, int]:
        """Packets sent, received, refused by SRTP, and known again."""
        counts = (ctypes.c_uint64 * 4)()
        self._lib.lg_stats(leg, counts)
        return counts[0], counts[1], counts[2], counts[3]

    def delays_ms(self) -> dict[str, float]:
        """From our sending a frame to the kernel's taking it for the other leg."""
        return _percentiles(self._histogram(self._lib.lg_delays(), DELAY_BINS), DELAY_MS)

    def share_of_gaps_over(self, milliseconds: int) -> float:
        gaps = self._histogram(self._lib.lg_gaps(), GAP_BINS)
        return float(gaps[milliseconds:].sum() / max(1, gaps.sum()))

    @property
    def late_sends(self) -> int:
        """Frames we ourselves sent over 5 ms late."""
        return int(self._lib.lg_late_sends())

    @staticmethod
    def _histogram(pointer: object, bins: int) -> np.ndarray:
        return np.ctypeslib.as_array(pointer, (bins,)).copy()


def _percentiles(histogram: np.ndarray, width: float) -> dict[str, float]:
    """Upper edges of the bins that hold the percentiles."""
    total = np.cumsum(histogram)
    return {
        f"p{q}": round(float(np.searchsorted(total, total[-1] * q / 100) + 1) * width, 2)
        for q in (50, 99, 99.9)
    }
