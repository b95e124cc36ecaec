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
from apps.voice.services.desired import send
from tests.journeys.house import House
from tests.journeys.invariants import damages

pytestmark = pytest.mark.journey

ROOT = Path(__file__).resolve().parents[2]
PROCESSES = 3
ACTS = 25  # of all together between two blows
PATIENCE = 120  # seconds; a bound for hangs, never a measure
HOUR = 3600


def tells_of_a_cut(line: str) -> bool:
    """The log of a worker that stood still so long that the server ended its transaction (R-27).

    What a job or one due row of the sweep meets there is logged, not raised; both are done again.
    """
    cut = ("IdleInTransactionSessionTimeout", "server closed the connection unexpectedly")
    return line.startswith("{") and any(word in line for word in cut)


class Worker:
    """One busy process; its acts go to `done`."""

    def __init__(self, seed: int, done: "queue.Queue[str]") -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.postgres.busy_process", str(seed)],
            cwd=ROOT,
            env={**os.environ, "CONNECT_TESTS_POSTGRES": _address()},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._hear, args=(done,), daemon=True).start()

    def blow(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(PATIENCE)

    def _hear(self, done: "queue.Queue[str]") -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            done.put(line.strip())


class Crew:
    """A few workers, replaced when they die."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._done: queue.Queue[str] = queue.Queue()
        self.heard: list[str] = []
        self._workers = [self._hire() for _ in range(PROCESSES)]

    def work(self, acts: int) -> None:
        """Wait until so many more were done; a crash of a worker ends the test."""
        enough = len(self.heard) + acts
        while len(self.heard) < enough:
            line = self._done.get(timeout=PATIENCE)
            if tells_of_a_cut(line):
                continue
            self.heard.append(line)
            if " " in line:
                raise AssertionError(f"A worker failed:\n{self._last_words()}")

    def blow(self) -> None:
        """One is killed, or stands still while the others go on."""
        place = self._chance.randrange(PROCESSES)
        if self._chance.random() < 0.25:
            self._workers[place].blow(signal.SIGSTOP)
            self.work(ACTS)
            self._workers[place].blow(signal.SIGCONT)
        else:
            self._workers[place].kill()
            self._workers[place] = self._hire()

    def _last_words(self) -> str:
        """Of a traceback the lines come one by one, among the acts of the others."""
        words = [self.heard[-1]]
        with suppress(queue.Empty):
            while len(words) < 200:
                words.append(self._done.get(timeout=2))
        return "\n".join(word for word in words if " " in word)

    def go(self) -> None:
        for worker in self._workers:
            worker.kill()

    def _hire(self) -> Worker:
        return Worker(self._chance.randrange(1 << 30), self._done)


def _address() -> str:
    """The database of this test run, not the one it was made from."""
    given = urlsplit(os.environ["CONNECT_TESTS_POSTGRES"])
    return given._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


@contextmanager
def crew(house: House, *, seed: int) -> Iterator[Crew]:
    for name in house.people:
        house.available(house.agent(name))
    workers = Crew(seed)
    try:
        workers.work(PROCESSES * ACTS)
        yield workers
    finally:
        workers.go()


def nobody_waits_forever(house: House) -> None:
    """Every deadline has passed; then agents who do nothing but ring reach every waiting caller."""
    house.skip(HOUR)
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


def hit(house: House, *, blows: int, seed: int) -> str:
    """The figures of a run in which nothing was doubled, lost or stuck."""
    with crew(house, seed=seed) as workers:
        for _ in range(blows):
            workers.blow()
            workers.work(ACTS)
        until_somebody_was_answered(workers)
        assert twice_at_once() == 0
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
    return f"{blows} blows, {len(workers.heard)} acts, {answered.count()} calls, {talked} answered"


def until_somebody_was_answered(workers: Crew) -> None:
    """Workers who are hit all the time may not have come so far, and would have proved little."""
    for _ in range(PATIENCE):
        if Offer.objects.filter(connected_at__isnull=False).exists():
            return
        workers.work(ACTS)
    raise AssertionError(f"Nobody was answered: {Counter(workers.heard)}")


def twice_at_once() -> int:
    """Contacts at two agents, or agents with two contacts."""
    live = Offer.objects.filter(state__in=LIVE_OFFERS)
    contacts = live.order_by().values("contact").annotate(n=Count("pk")).filter(n__gt=1)
    held = Offer.objects.exclude(state=OfferState.CLEARED).order_by()
    agents = held.values("agent").annotate(n=Count("pk")).filter(n__gt=1)
    return contacts.count() + agents.count()


def test_kills_at_any_moment_double_lose_and_block_nothing_r_23(house: House) -> None:
    """R-21, R-23, R-27: ten blows to three processes; killed in mid-transaction, or stopped."""
    hit(house, blows=10, seed=4)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(4))
def test_many_kills_double_lose_and_block_nothing_r_23(house: House, seed: int) -> None:
    """R-21, R-23, R-27: two hundred blows in all."""
    print(hit(house, blows=50, seed=seed))  # noqa: T201
