"""Several processes at once, killed and stopped at any moment: nothing doubled, lost or stuck."""

import os
import queue
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.db.models import Count, Q

from apps.agents.models import Agent
from apps.contacts.domain.states import LIVE_OFFERS, ContactState, OfferState
from apps.contacts.models import Call, Contact, Offer
from apps.contacts.services import ending
from apps.instances.services.instances import update_instance
from apps.voice.services.desired import send
from tests.journeys.house import House
from tests.journeys.invariants import damages
from tests.postgres.stuck import at_stake, time_alone_frees_everybody

pytestmark = pytest.mark.journey

ROOT = Path(__file__).resolve().parents[2]
PROCESSES = 3
ACTS = 40  # of all together between two blows
ACTS_BESIDE = 10  # of the others while one stands still; it may hold locks that they need
PATIENCE = 120  # seconds; a bound for hangs, never a measure
LIMIT = 20  # seconds of the work of two agents, and of the lock after a missed call


def tells_of_a_cut(line: str) -> bool:
    """The log of a worker that stood still so long that the server ended its transaction (R-27).

    What a job or one due row of the sweep meets there is logged, not raised; both are done again.
    """
    cut = ("IdleInTransactionSessionTimeout", "server closed the connection unexpectedly")
    return line.startswith("{") and any(word in line for word in cut)


class Crew:
    """A few processes at work, replaced when they die."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._done: queue.Queue[str] = queue.Queue()
        self._at_work: set[int] = set()  # who is starting yet would be hit for nothing
        self._killed: set[int] = set()
        self.heard: list[str] = []
        self._master = subprocess.Popen(
            [sys.executable, "-m", "tests.postgres.busy_process"],
            cwd=ROOT,
            env={**os.environ, "CONNECT_TESTS_POSTGRES": _address()},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._ear = threading.Thread(target=self._hear, daemon=True)
        self._ear.start()
        for _ in range(PROCESSES):
            self._hire()

    def work(self, acts: int) -> None:
        """Wait until so many more were done; a crash of a worker ends the test."""
        enough = len(self.heard) + acts
        while len(self.heard) < enough:
            line = self._done.get(timeout=PATIENCE)
            if tells_of_a_cut(line):
                continue
            process, _, act = line.partition(" ")
            if not (process.isdigit() and act.isidentifier()):
                raise AssertionError(f"A worker failed:\n{self._last_words(line)}")
            self.heard.append(act)
            self._at_work |= {int(process)} - self._killed

    def kill(self) -> None:
        """One dies in the midst of its work, and another takes its place."""
        process = self._somebody_at_work()
        os.kill(process, signal.SIGKILL)
        self._at_work.remove(process)
        self._killed.add(process)
        self._hire()

    def stop(self) -> None:
        """One stands still while the others go on."""
        process = self._somebody_at_work()
        os.kill(process, signal.SIGSTOP)
        self.work(ACTS_BESIDE)
        os.kill(process, signal.SIGCONT)

    def go(self) -> None:
        """All of them die at once; return when nothing of them is left."""
        os.killpg(self._master.pid, signal.SIGKILL)
        self._master.wait(PATIENCE)
        self._ear.join(PATIENCE)

    def _hire(self) -> None:
        assert self._master.stdin is not None
        self._master.stdin.write(f"{self._chance.randrange(1 << 30)}\n")
        self._master.stdin.flush()

    def _somebody_at_work(self) -> int:
        while not self._at_work:
            self.work(1)
        return self._chance.choice(sorted(self._at_work))

    def _hear(self) -> None:
        assert self._master.stdout is not None
        for line in self._master.stdout:
            self._done.put(line.strip())

    def _last_words(self, line: str) -> str:
        """Of a traceback the lines come one by one, among the acts of the others."""
        words = [line]
        with suppress(queue.Empty):
            while len(words) < 200:
                words.append(self._done.get(timeout=2))
        return "\n".join(words)


def _address() -> str:
    """The database of this test run, not the one it was made from."""
    given = urlsplit(os.environ["CONNECT_TESTS_POSTGRES"])
    return given._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


@contextmanager
def crew(house: House, *, seed: int) -> Iterator[Crew]:
    update_instance(house.instance, missed_recovery_seconds=LIMIT)
    for name in house.people:
        house.available(house.agent(name, acw_seconds=0 if name == "ana" else LIMIT))
    workers = Crew(seed)
    try:
        workers.work(PROCESSES * ACTS)
        yield workers
    finally:
        workers.go()


def nobody_waits_forever(house: House) -> None:
    """Agents who do nothing but ring reach every waiting caller."""
    everybody_is_free(house)
    while waiting := Contact.objects.filter(state=ContactState.QUEUED).count():
        house.route()
        rung = list(Contact.objects.filter(offers__state=OfferState.RINGING))
        assert len(rung) == min(waiting, len(house.people))
        everybody_is_free(house)


def everybody_is_free(house: House) -> None:
    """Talks are over, and work is cleared."""
    for contact in Contact.objects.filter(offers__state__in=LIVE_OFFERS):
        ending.hang_up(contact=contact)
    for offer in Offer.objects.exclude(state=OfferState.CLEARED).select_related("contact"):
        house.command(offer.agent, "contact.clear", offer.contact)
    for agent in Agent.objects.all():
        house.available(agent)
        assert house.state(agent) == "available"


def everybody_goes_home(house: House) -> None:
    everybody_is_free(house)
    for contact in Contact.objects.filter(disconnected_at=None):
        ending.hang_up(contact=contact)


def hit(house: House, *, kills: int, stops: int, seed: int) -> str:
    """The figures of a run in which nothing was doubled, lost or stuck."""
    blows = [Crew.kill] * kills + [Crew.stop] * stops
    random.Random(seed).shuffle(blows)
    with crew(house, seed=seed) as workers:
        for blow in blows:
            blow(workers)
            workers.work(ACTS)
        assert twice_at_once() == 0
        until_much_is_at_stake(workers)
    held = at_stake()
    time_alone_frees_everybody(house)
    nobody_waits_forever(house)
    everybody_goes_home(house)
    for call in Call.objects.all():  # what the others said did not reach this process' node
        send(call)

    joined = Count("offers", filter=Q(offers__connected_at__isnull=False))
    answered = Contact.objects.annotate(joined=joined).order_by()
    assert not answered.filter(joined__gt=1).exists()
    assert not Contact.objects.exclude(state=ContactState.COMPLETED).exists()
    assert not Call.objects.filter(ended_at=None).exists()
    assert not damages()
    talked = answered.filter(joined=1).count()
    return (
        f"{kills} killed and {stops} stopped, {len(workers.heard)} acts,"
        f" {answered.count()} calls, {talked} answered, {held.total()} deadlines met by time alone"
    )


def until_much_is_at_stake(workers: Crew) -> None:
    """Where nobody was answered, rings or is waited for, all is well and little is proved."""
    for _ in range(PATIENCE * ACTS):
        is_answered = Offer.objects.filter(connected_at__isnull=False).exists()
        if is_answered and at_stake() >= Counter(["ringing", "without audio"]):
            return
        workers.work(1)
    raise AssertionError(f"Too little happened: {Counter(workers.heard)}")


def twice_at_once() -> int:
    """Contacts at two agents, or agents with two contacts."""
    live = Offer.objects.filter(state__in=LIVE_OFFERS)
    contacts = live.order_by().values("contact").annotate(n=Count("pk")).filter(n__gt=1)
    held = Offer.objects.exclude(state=OfferState.CLEARED).order_by()
    agents = held.values("agent").annotate(n=Count("pk")).filter(n__gt=1)
    return contacts.count() + agents.count()


def test_kills_at_any_moment_double_lose_and_block_nothing_r_23(house: House) -> None:
    """R-21, R-23, R-27: three processes at work; ten are killed, and two stand still."""
    hit(house, kills=10, stops=2, seed=4)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(4))
def test_many_kills_double_lose_and_block_nothing_r_23(house: House, seed: int) -> None:
    """R-21, R-23, R-27: two hundred kills in all, and sixty who stand still."""
    print(hit(house, kills=50, stops=15, seed=seed))  # noqa: T201
