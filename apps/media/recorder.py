"""Which journals of a call are open, and when what they heard reaches the disk.

The loop only collects: files are made and written by one thread, and a second one has the disk keep
them, so that a slow disk delays no packet and a slow `fdatasync` no write.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from apps.media.desired import RecordingDesired
from apps.media.events import RecordingClosed, RecordingFailed
from apps.media.journal import Journal, JournalError, Track

# Swept every 0.25 s, a packet is on its way to the disk after 0.65 s at the latest.
FLUSH_SECONDS = 0.4
STORE_SECONDS = 5.0
STUCK_SECONDS = 30.0  # a disk that takes nothing for so long is given up
CLOSE_SECONDS = 10.0
Steps = Sequence[tuple[Journal, Callable[[], None]]]
log = logging.getLogger(__name__)


class JournalDesk:
    """All open journals of an engine and the two threads that serve them.

    Each thread works in the order of asking, so whatever is closed here was written before.
    """

    def __init__(self, *, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._open: dict[Journal, Callable[[str], None]] = {}
        self._new: set[Journal] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._write: asyncio.Task[None] | None = None
        self._store: asyncio.Task[None] | None = None
        self._stored_at = clock()
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="journal-write")
        self._storer = ThreadPoolExecutor(1, thread_name_prefix="journal-store")

    def open(self, journal: Journal, failed: Callable[[str], None]) -> None:
        """Take a journal; its file is made at the next flush. `failed` is told the reason."""
        self._open[journal] = failed
        self._new.add(journal)

    def close(
        self, journals: Sequence[Journal], done: Callable[[str], object], *, whole: bool
    ) -> None:
        """Write what is left, marked as `whole` or not; then `done` is told a reason, or nothing.

        With no journals it is done after everything asked for before.
        """
        for journal in journals:
            self._open.pop(journal, None)
            self._new.discard(journal)
        self._begin(self._close(journals, done, whole=whole))

    def flush(self, now: float) -> None:
        """Send what is due to the disk; give up a journal that the disk has not taken for long."""
        for journal in tuple(self._open):
            if journal.packets and now - journal.packets[0][0] > STUCK_SECONDS:
                self._fail(journal, "write_failed")
        due = [journal for journal in self._open if self._is_due(journal, now)]
        if due and _is_over(self._write):
            self._new.difference_update(due)
            steps: Steps = [(one, partial(one.write, one.take())) for one in due]
            self._write = self._begin(self._work(self._writer, steps))
        if now - self._stored_at >= STORE_SECONDS and self._open and _is_over(self._store):
            self._stored_at = now
            steps = [(one, one.store) for one in self._open]
            self._store = self._begin(self._work(self._storer, steps))

    async def aclose(self) -> None:
        """Wait until all that was closed is on the disk; a disk that hangs is not waited for."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=CLOSE_SECONDS)
        self._writer.shutdown(wait=False)
        self._storer.shutdown(wait=False)

    def _is_due(self, journal: Journal, now: float) -> bool:
        packets = journal.packets
        return journal in self._new or bool(packets and now - packets[0][0] >= FLUSH_SECONDS)

    def _begin(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _work(self, thread: ThreadPoolExecutor, steps: Steps) -> None:
        """Have one thread carry out steps and tell whose failed."""
        loop = asyncio.get_running_loop()
        for journal, reason in await loop.run_in_executor(thread, _carry_out, steps):
            self._fail(journal, reason)

    async def _close(
        self, journals: Sequence[Journal], done: Callable[[str], object], *, whole: bool
    ) -> None:
        loop = asyncio.get_running_loop()
        steps: Steps = [(one, partial(one.write, one.take(), closing=whole)) for one in journals]
        failures = await loop.run_in_executor(self._writer, _carry_out, steps)
        steps = [(one, one.store_and_close) for one in journals]
        failures += await loop.run_in_executor(self._storer, _carry_out, steps)
        done(failures[0][1] if failures else "")

    def _fail(self, journal: Journal, reason: str) -> None:
        failed = self._open.get(journal)
        if failed is not None:
            failed(reason)


def _is_over(work: asyncio.Task[None] | None) -> bool:
    """Whether a slow disk is through with the round before: the next one waits for it."""
    return work is None or work.done()


def _carry_out(steps: Steps) -> list[tuple[Journal, str]]:
    """Carry out all steps, in a thread; return those that failed, and why."""
    failures = []
    for journal, step in steps:
        try:
            step()
        except JournalError as problem:
            failures.append((journal, problem.reason))
        except Exception:
            log.exception("a track cannot be written")
            failures.append((journal, "write_failed"))
    return failures


class Recorder:
    """The recordings of one call, converging to what is desired.

    A leg that is left out of its track for a while (mute, hold) keeps its file open.
    """

    def __init__(
        self,
        desk: JournalDesk,
        *,
        folder: Path,
        boot_id: str,
        clock: Callable[[], float],
        tell: Callable[..., None],
        changed: Callable[[], None],
    ) -> None:
        self._desk = desk
        self._folder = folder
        self._boot_id = boot_id
        self._clock = clock
        self._tell = tell
        self._changed = changed
        self._wanted: tuple[RecordingDesired, ...] = ()
        self._open: dict[str, dict[Track, Journal]] = {}
        self._failed: set[str] = set()
        # One look at both clocks, so that a step of the wall clock cannot part the tracks.
        self._epoch = time.time() - clock()

    def sync(self, wanted: tuple[RecordingDesired, ...]) -> None:
        """Open and close what is necessary; `tapes` says something else afterwards."""
        self._wanted = wanted
        for recording in self._open.keys() - {one.recording for one in wanted}:
            self._close(recording)
        for one in wanted:
            journals = self._open.setdefault(one.recording, {})
            wanted_tracks = [] if one.recording in self._failed else self._tracks(one)
            for track in wanted_tracks:
                if track not in journals:
                    journals[track] = self._new_journal(track)

    def try_again(self) -> None:
        """Have the next `sync` go on with what failed."""
        self._failed.clear()

    def tapes(self) -> dict[str, tuple[Journal, ...]]:
        """Return by leg the journals that take what it says."""
        tapes: dict[str, tuple[Journal, ...]] = {}
        for one in self._wanted:
            journals = self._open[one.recording]
            for track in self._tracks(one) if journals else ():
                tapes[track.leg] = (*tapes.get(track.leg, ()), journals[track])
        return tapes

    def _tracks(self, one: RecordingDesired) -> list[Track]:
        """Return every track once."""
        named = [
            Track(one.recording, track.side, leg, self._boot_id)
            for track in one.tracks
            for leg in track.legs
        ]
        return list(dict.fromkeys(named))

    def _new_journal(self, track: Track) -> Journal:
        started = self._clock()
        journal = Journal(self._folder, track, started=started, unix=self._epoch + started)
        self._desk.open(journal, partial(self._fail, track.recording))
        return journal

    def _close(self, recording: str) -> None:
        journals = tuple(self._open.pop(recording).values())
        has_failed = recording in self._failed
        self._failed.discard(recording)

        def done(reason: str) -> None:
            if reason and not has_failed:
                self._tell(RecordingFailed, recording=recording, reason=reason)
            self._tell(RecordingClosed, recording=recording)

        self._desk.close(journals, done, whole=True)

    def _fail(self, recording: str, reason: str) -> None:
        """Stop all tracks of a recording: what is there stays, and is plainly not all."""
        if recording in self._failed:
            return
        self._failed.add(recording)
        journals = tuple(self._open[recording].values())
        self._open[recording] = {}
        self._changed()
        self._desk.close(journals, lambda _: None, whole=False)
        self._tell(RecordingFailed, recording=recording, reason=reason)
