"""The checks at work while the house serves: what they find twice in a row becomes an alarm.

A thread of its own: a question to the whole history must not keep a deadline waiting.
"""

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import islice

from django.db import connection

from apps.alarms.checks import Check, Damage, registered
from apps.alarms.models import Alarm
from apps.alarms.services import close_alarm, raise_alarm
from apps.instances.scope import unscoped

EVERY_SECONDS = 10.0
THOROUGH_EVERY = 360  # looks: once an hour
MOST = 100  # alarms of one kind: more would tell nobody more

_log = logging.getLogger(__name__)


class Watch:
    """Finds only; to repair is the doctor's. Remembers what it saw at the look before."""

    def __init__(self, *, is_on_duty: Callable[[], bool] = lambda: True) -> None:
        """`is_on_duty`: of several processes one is to look; asked before each look."""
        self._is_on_duty = is_on_duty
        self._looks = 0
        self._seen: dict[str, set[str]] = defaultdict(set)
        self._again: set[str] = set()
        self._is_stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, *, within: float = 5.0) -> None:
        """Finish the check at hand; waits no longer than `within` seconds."""
        self._is_stopping.set()
        if self._thread.is_alive():
            self._thread.join(within)

    def look(self) -> None:
        """One round of the checks: raise what was seen twice, close what is gone."""
        is_thorough = self._looks % THOROUGH_EVERY == 0
        self._looks += 1
        for check in registered():
            if self._is_stopping.is_set():
                return
            if is_thorough or not check.is_thorough or check.code in self._again:
                self._guarded(check)

    def _run(self) -> None:
        while not self._is_stopping.wait(EVERY_SECONDS):
            try:
                if self._is_on_duty():
                    self.look()
            except Exception:
                _log.exception("The watch failed; it looks again")
            connection.close_if_unusable_or_obsolete()
        connection.close()

    def _guarded(self, check: Check) -> None:
        try:
            self._carry_out(check)
        except Exception:  # the other checks are no worse for it
            _log.exception("A check failed", extra={"check": check.code})

    def _carry_out(self, check: Check) -> None:
        with unscoped("checks look at the rows of all instances"):
            found = {damage.cause: damage for damage in islice(check.find(), MOST)}
        for cause in self._seen[check.code] & found.keys():
            _raise(check, found[cause])
        if len(found) < MOST:
            _close_others(check, found.keys())
        # what the hour's look found is looked at once more at the next one: twice in a row
        self._again.discard(check.code)
        if check.is_thorough and found.keys() - self._seen[check.code]:
            self._again.add(check.code)
        self._seen[check.code] = set(found)


def _raise(check: Check, damage: Damage) -> None:
    raise_alarm(
        check.code,
        damage.cause,
        message=damage.sentence,
        instance=damage.instance,
        severity=Alarm.Severity.CRITICAL,
    )


def _close_others(check: Check, causes: Iterable[str]) -> None:
    open_ones = Alarm.objects.filter(kind=check.code, closed_at=None)
    for cause in set(open_ones.values_list("cause", flat=True)).difference(causes):
        close_alarm(check.code, cause)
