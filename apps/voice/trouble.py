"""What control tells of itself: sweeps that fail or are late, calls whose audio lags, idle jobs.

Told when a trouble begins, again about every ten seconds, and when it is over. An alarm that a
former process left behind is closed by the first look of this one.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as text
from django.utils.translation import gettext_lazy as _

from apps.alarms.models import Alarm
from apps.alarms.services import close_alarm, raise_alarm
from apps.contacts.models import Call

IN_A_ROW = 5  # sweeps
LATE_AFTER = 2.0  # seconds after a sweep was due until its end, with all that came before it
LAGS_AFTER = timedelta(seconds=10)
JOBS_WITHIN = timedelta(minutes=2)
AGAIN_EVERY = 10  # sweeps

SWEEP_FAILING, SWEEP_LATE = "sweep_failing", "sweep_late"
CALLS_BEHIND, JOBS_WAITING = "calls_behind", "jobs_waiting"


class _Streak:
    """What is an alarm once it has happened to some sweeps in a row, until it does no more."""

    def __init__(self, kind: str, sentence: Promise) -> None:
        self._kind, self._sentence = kind, sentence
        self._length = 0
        self._is_told = True  # a former process may have told

    def goes_on(self, **details: Any) -> None:
        self._length += 1
        if self._length % IN_A_ROW == 0:
            self._is_told = True
            raise_alarm(
                self._kind,
                "control",
                message=str(self._sentence),
                severity=Alarm.Severity.CRITICAL,
                sweeps=self._length,
                **details,
            )

    def is_over(self) -> None:
        self._length = 0
        if self._is_told:
            self._is_told = False
            close_alarm(self._kind, "control")


class Trouble:
    """One per control; called by its thread only."""

    def __init__(self) -> None:
        self._failing = _Streak(
            SWEEP_FAILING, _("Deadlines are not worked off: control's sweep keeps failing.")
        )
        self._late = _Streak(
            SWEEP_LATE, _("Deadlines are worked off late: control has more to do than it manages.")
        )
        self._behind_since: dict[int, datetime] = {}
        self._looks = 0
        self._told: set[str] | None = None  # nodes; None: not yet known, a former process told

    def sweep_ended(self, *, is_well: bool, late: float = 0.0) -> None:
        """Deadlines are late when sweeps fail, or end `late` seconds after they were due."""
        if not is_well:
            self._failing.goes_on()
            return
        self._failing.is_over()
        if late > LATE_AFTER:
            self._late.goes_on(seconds=round(late, 1))
        else:
            self._late.is_over()

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
