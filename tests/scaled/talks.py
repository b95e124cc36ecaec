"""Two robots on one call of a many-process installation, and what is left of it afterwards."""

import re
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.live.journals import PACKETS_A_SECOND, packets
from tests.live.sound import AGENT_HZ, CALLER_HZ
from tests.scaled.site import PATIENCE, Scaled, until

FOR_EVER = 900  # seconds; longer than any test
BREAK = 5.0  # seconds; no measure: load alone has made 0.8, a talk that broke off is longer silent
READ_SECONDS = 0.5  # between two readings of the journals, which cost what the talk needs
SIDES = ("customer", "agent")


@dataclass(frozen=True, slots=True)
class Said:
    """What one robot printed."""

    text: str
    exit_code: int

    @property
    def hertz(self) -> float | None:
        found = re.search(r"^heard (\d+\.\d) Hz$", self.text, re.M)
        return float(found[1]) if found else None

    @property
    def longest_gap(self) -> float | None:
        """Seconds without any sound between the first one and the end; None: nothing at all."""
        found = re.search(r"^longest gap (\d+\.\d+) s$", self.text, re.M)
        return float(found[1]) if found else None

    def heard(self, hertz: float) -> None:
        """It was this that was heard last."""
        assert self.hertz == pytest.approx(hertz, abs=5), self.text

    def heard_without_a_break(self) -> float:
        """The longest gap, which may be no longer than a busy machine stutters."""
        gap = self.longest_gap
        assert gap is not None, self.text
        assert gap < BREAK, self.text
        return gap


class Talk:
    """A caller at the last web process, an agent at the first; each goes when it is asked to."""

    def __init__(self, site: Scaled) -> None:
        self.site = site
        self._journals = site.data / "journals"
        self._former = set(self._journals.glob("*/"))
        self._agent = site.answerer(hertz=AGENT_HZ, seconds=FOR_EVER)
        self._caller = site.caller(hertz=CALLER_HZ, seconds=FOR_EVER)

    def __enter__(self) -> "Talk":
        self.goes_on()
        return self

    def __exit__(self, *_error: object) -> None:
        for robot in (self._caller, self._agent):
            if robot.poll() is None:
                robot.kill()
                robot.communicate()

    @property
    def node(self) -> str:
        """The slot of the media node that carries the newest call."""
        found = self.site.rows("select node from contacts_call order by id desc limit 1")
        return str(found[0][0])

    def falls_silent(self) -> None:
        """Wait until nothing more of the agent is written: who has ended a call is not heard."""
        heard = [self._heard("agent")]

        def is_silent() -> bool:
            heard.append(self._heard("agent"))
            return len(heard) > 4 and heard[-1] == heard[-4]

        until(is_silent, "The agent is still heard", self._told, every=READ_SECONDS)

    def goes_on(self, *, seconds: float = 3) -> None:
        """Wait until so much more of both voices has reached a media node."""
        enough = {side: self._heard(side) + seconds * PACKETS_A_SECOND for side in SIDES}
        until(
            lambda: all(self._heard(side) >= enough[side] for side in SIDES),
            "The two do not talk",
            self._told,
            every=READ_SECONDS,
        )

    def caller_hangs_up(self) -> Said:
        """The caller leaves, whether or not the installation hears it; what it heard until then."""
        return self._leaves(self._caller)

    def agent_ends(self) -> None:
        """The agent ends the call, repeats it until it is heard, clears, and goes offline."""
        self._agent.send_signal(signal.SIGTERM)

    def agent_said(self) -> Said:
        """Wait until the agent's robot has cleared the contact and gone offline."""
        return self._ended(self._agent)

    def caller_said(self) -> Said:
        """Wait until the caller's robot knows that the call is over."""
        return self._ended(self._caller)

    def is_over(self) -> None:
        """Wait until the rows say so: call ended, contact completed, nobody stuck (R-08, R-12)."""
        until(self._is_completed, "The contact is not completed", self._told)
        rows = self.site.rows
        assert not rows("select 1 from contacts_call where ended_at is null"), self._told()
        assert not rows("select 1 from contacts_offer where cleared_at is null"), self._told()
        assert not rows("select 1 from contacts_connection where state <> 'disconnected'")

    def record(self) -> dict[str, Any]:
        """What the contact's row says in the end."""
        names = ("disconnect_reason", "connected_to_agent_at", "disconnected_at")
        return dict(zip(names, self._newest(", ".join(names)), strict=True))

    def recording(self) -> tuple[Path, bool]:
        """The file, and whether it is partial; waits until it is made."""
        until(lambda: self._recording()[0] in ("available", "failed"), "No file", self._told)
        state, key, is_partial = self._recording()
        assert state == "available", self._told()
        return self.site.data / "recordings" / key, bool(is_partial)

    def _leaves(self, robot: "subprocess.Popen[str]") -> Said:
        robot.send_signal(signal.SIGTERM)
        return self._ended(robot)

    def _ended(self, robot: "subprocess.Popen[str]") -> Said:
        text, _ = robot.communicate(timeout=PATIENCE)
        return Said(text, robot.returncode)

    def _newest(self, columns: str) -> tuple[Any, ...]:
        newest = "from contacts_contact order by id desc limit 1"
        return self.site.rows(f"select {columns} {newest}")[0]

    def _is_completed(self) -> bool:
        return bool(self._newest("state")[0] == "completed")

    def _recording(self) -> tuple[Any, ...]:
        newest = "select state, key, is_partial from recordings_recording order by id desc limit 1"
        return self.site.rows(newest)[0]

    def _heard(self, side: str) -> int:
        """Packets of one side in the journals of this recording; the database is not asked."""
        folders = [path for path in self._journals.glob("*/") if path not in self._former]
        return sum(packets(folder, side=side) for folder in folders)

    def _told(self) -> str:
        """What everybody said, for the sentence of a failure: the robots end with it."""
        robots = []
        for name, robot in (("caller", self._caller), ("agent", self._agent)):
            robot.kill()
            robots.append(f"--- {name}\n{robot.communicate()[0]}")
        return "\n".join((*robots, *self.site.told()))
