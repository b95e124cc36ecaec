"""What control tells of itself: sweeps that fail, calls whose audio lags, jobs nobody carries out.

Told when a trouble begins, again about every ten seconds, and when it is over. An alarm that a
former process left behind is closed by the first look of this one.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.translation import gettext as text

from apps.alarms.models import Alarm
from apps.alarms.services import close_alarm, raise_alarm
from apps.contacts.models import Call

FAILURES = 5  # sweeps in a row
LAGS_AFTER = timedelta(seconds=10)
JOBS_WITHIN = timedelta(minutes=2)
AGAIN_EVERY = 10  # sweeps

SWEEP_FAILING, CALLS_BEHIND, JOBS_WAITING = "sweep_failing", "calls_behind", "jobs_waiting"


class Trouble:
    """One per control; called by its thread only."""

    def __init__(self) -> None:
        self._failures = 0
        self._behind_since: dict[int, datetime] = {}
        self._looks = 0
        self._told: set[str] | None = None  # nodes; None: not yet known, a former process told
        self._is_sweep_told = True

    def sweep_ended(self, *, is_well: bool) -> None:
        """Deadlines are late when sweeps fail: five in a row are an alarm."""
        self._failures = 0 if is_well else self._failures + 1
        if self._failures and self._failures % FAILURES == 0:
            self._is_sweep_told = True
            raise_alarm(
                SWEEP_FAILING,
                "control",
                message=text("Deadlines are not worked off: control's sweep keeps failing."),
                severity=Alarm.Severity.CRITICAL,
                failures=self._failures,
            )
        elif is_well and self._is_sweep_told:
            self._is_sweep_told = False
            close_alarm(SWEEP_FAILING, "control")

    def calls_behind(self, calls: Iterable[Call], *, now: datetime) -> None:
        """Their media node does not do what was asked; one alarm for each node."""
        nodes = {call.pk: call.node for call in calls}
        self._behind_since = {pk: self._behind_since.get(pk, now) for pk in nodes}
        lagging: dict[str, int] = defaultdict(int)
        for pk, since in self._behind_since.items():
            if now - since > LAGS_AFTER:
                lagging[nodes[pk]] += 1
        self._tell(lagging)

    def jobs_waiting_since(self, oldest: datetime | None, *, now: datetime) -> None:
        """`oldest`: when the job was asked for that waits longest; None when none does."""
        if oldest is None or now - oldest < JOBS_WITHIN:
            close_alarm(JOBS_WAITING, "speech")
            return
        raise_alarm(
            JOBS_WAITING,
            "speech",
            message=text("Background jobs are not carried out: speech waits to be rendered."),
            since=oldest,
        )

    def _tell(self, lagging: dict[str, int]) -> None:
        self._looks += 1
        told = _open_ones() if self._told is None else self._told
        for node in told - lagging.keys():
            close_alarm(CALLS_BEHIND, node)
        for node, count in lagging.items():
            if node not in told or self._looks % AGAIN_EVERY == 0:
                _lags(node, count)
        self._told = set(lagging)


def _open_ones() -> set[str]:
    return set(
        Alarm.objects.filter(kind=CALLS_BEHIND, closed_at=None).values_list("cause", flat=True)
    )


def _lags(node: str, count: int) -> None:
    sentence = text("%(count)d calls on media node %(node)s do not follow what is asked of them.")
    raise_alarm(
        CALLS_BEHIND,
        node,
        message=sentence % {"count": count, "node": node},
        severity=Alarm.Severity.CRITICAL,
        calls=count,
    )
