"""How well a leg is heard: loss, jitter, signs of life, and when to call it dead. Pure.

Times are seconds of any monotonic clock, handed in. Legs that went silent are judged here because
the ICE agent's own consent takes about 30 s to notice.
"""

from dataclasses import dataclass

# A larger jump is a sender that started anew (RFC 3550 A.1: MAX_DROPOUT).
MAX_DROPOUT = 3000


class Reception:
    """Statistics of one incoming SSRC (RFC 3550 A.3, A.8)."""

    __slots__ = (
        "_base",
        "_expected_before",
        "_received_before",
        "_transit",
        "clock_rate",
        "highest",
        "jitter",
        "received",
        "ssrc",
    )

    def __init__(self, ssrc: int, sequence: int, *, clock_rate: int) -> None:
        self.ssrc = ssrc
        self.clock_rate = clock_rate
        self.jitter = 0.0
        self._transit: float | None = None
        self._restart(sequence)

    def _restart(self, sequence: int) -> None:
        self.highest = sequence  # extended: wraps counted in the upper bits
        self._base = sequence
        self.received = self._received_before = self._expected_before = 0

    def packet(self, sequence: int, timestamp: int | None, now: float) -> None:
        """Count one authentic packet; no timestamp where it does not tell when it was spoken."""
        step = (sequence - self.highest) & 0xFFFF
        if step < MAX_DROPOUT:
            self.highest += step
        elif step < 0x10000 - MAX_DROPOUT:
            self._restart(sequence)
        self.received += 1
        if timestamp is None:
            return
        transit = now * self.clock_rate - timestamp
        if self._transit is not None:
            change = abs(transit - self._transit)
            if change < self.clock_rate:
                self.jitter += (change - self.jitter) / 16
        self._transit = transit

    @property
    def expected(self) -> int:
        """How many packets the sender sent, as far as its numbers tell."""
        return self.highest - self._base + 1

    @property
    def lost(self) -> int:
        """How many never came (negative when duplicates came instead)."""
        return self.expected - self.received

    def fraction_lost(self) -> float:
        """Return the loss (0 to 1) since this was last asked."""
        expected = self.expected - self._expected_before
        received = self.received - self._received_before
        self._expected_before, self._received_before = self.expected, self.received
        return max(0.0, (expected - received) / expected) if expected > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds of silence a leg may keep."""

    two_way: float = 3.0
    listener: float = 8.0


@dataclass(slots=True)
class SignsOfLife:
    """When a leg was last heard. Sound and path checks are kept apart for the statistics."""

    last_rtp: float
    last_stun: float

    @classmethod
    def since(cls, now: float) -> "SignsOfLife":
        """Return a leg that came up just now."""
        return cls(now, now)

    def silent_for(self, now: float) -> float:
        """Return the seconds since anything authentic came."""
        return now - max(self.last_rtp, self.last_stun)

    def excuse(self, seconds: float) -> None:
        """Do not count time in which we ourselves could not listen."""
        self.last_rtp += seconds
        self.last_stun += seconds

    def is_dead(self, now: float, *, two_way: bool, patience: Patience) -> bool:
        """Whether neither sound nor a path check came for longer than the leg is given."""
        allowed = patience.two_way if two_way else patience.listener
        return self.silent_for(now) > allowed
