"""Small things that happen in a contact centre, each on a row picked at random."""

import os
import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from django.db import InterfaceError, InternalError, OperationalError, close_old_connections
from django.db.models import Model, QuerySet

from apps.agents.models import Agent, AgentStatus
from apps.agents.services import leases
from apps.ccp import commands
from apps.contacts.models import Call, Connection, Contact, FlowRun, MediaNode, Offer
from apps.contacts.services import availability, ending, inbound
from apps.contacts.services.routing import route
from apps.contacts.services.sweep import Sweeper
from apps.core import clock
from apps.core.errors import DomainError
from apps.core.pool import was_cut_off
from apps.flows.services.assets import LOST_AFTER, ask_again
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.media.events import LegConnected, LegLost, PlayerEnded
from apps.voice.services import media_events
from tests.journeys.house import NUMBER, PROCESS

CALLS_AT_ONCE = 12  # more than there are agents: somebody waits all the time
PICKED_FROM = 20

Row = TypeVar("Row", bound=Model)


class Acts:
    """`next` chooses what to do; an act with nothing to do does nothing."""

    def __init__(self, instance: Instance, chance: random.Random) -> None:
        self._instance, self._chance = instance, chance

    def next(self) -> Callable[[], None]:
        often = [self.route, self.agent_answers, self.audio_comes_up, self.list_has_been_played]
        seldom = [self.caller_comes, self.agent_ends, self.agent_clears, self.sweep]
        rare = [self.caller_leaves, self.agent_rejects, self.agent_chooses, self.audio_is_lost]
        return self._chance.choice([*often, *often, *often, *seldom, *seldom, *rare])

    def caller_comes(self) -> None:
        if Call.objects.filter(ended_at=None).count() < CALLS_AT_ONCE:
            inbound.start_web_call(
                instance=self._instance,
                number=NUMBER,
                caller_number="+12065550123",
                attributes={},
                address="127.0.0.1",
            )

    def audio_comes_up(self) -> None:
        """For the first time, or again."""
        line = self._one(self._lines().filter(has_media=False))
        if line is not None:
            self._report(line.call, LegConnected, leg=line.leg)

    def audio_is_lost(self) -> None:
        line = self._one(self._lines().filter(has_media=True))
        if line is not None:
            self._report(line.call, LegLost, leg=line.leg, cause="silent")

    def list_has_been_played(self) -> None:
        runs = FlowRun.objects.filter(is_running=True, player__isnull=False)
        run = self._one(runs.select_related("connection__call"))
        if run is not None and run.player and run.player["items"] and not run.player["loop"]:
            self._report(run.connection.call, PlayerEnded, player=run.player["id"])

    def caller_leaves(self) -> None:
        contact = self._one(Contact.objects.filter(disconnected_at=None))
        if contact is not None:
            ending.hang_up(contact=contact)

    def agent_answers(self) -> None:
        self._command("contact.accept", "ringing")

    def agent_rejects(self) -> None:
        self._command("contact.reject", "ringing")

    def agent_ends(self) -> None:
        self._command("contact.end", "connected")

    def agent_clears(self) -> None:
        self._command("contact.clear", "ended", "missed", "error")

    def agent_chooses(self) -> None:
        agent = self._one(Agent.objects.all())
        kind = self._chance.choice(["ROUTABLE", "ROUTABLE", "OFFLINE"])
        if agent is not None:
            chosen = AgentStatus.objects.get(kind=kind)
            availability.set_status(agent_id=agent.pk, chosen=chosen)

    def route(self) -> None:
        route(self._instance)

    def sweep(self) -> None:
        """Panels and media node live on elsewhere, and say so; lost speech is not waited for."""
        now = clock.now()
        ask_again(now=now + LOST_AFTER)
        leases.renew_lease(PROCESS, now=now)
        MediaNode.objects.update(seen_at=now)
        Sweeper().run()

    def _command(self, name: str, *states: str) -> None:
        held = Offer.objects.filter(state__in=states).select_related("agent__user", "contact")
        offer = self._one(held)
        if offer is not None:
            contact = str(offer.contact.public_id)
            commands.run(name, agent=offer.agent, params={"contact": contact})

    def _lines(self) -> QuerySet[Connection]:
        return Connection.objects.exclude(state="disconnected").select_related("call")

    def _report(self, call: Call, kind: type, **facts: Any) -> None:
        """The next event of the call, as its node would say it."""
        envelope = {
            "call": str(call.public_id),
            "epoch": call.epoch,
            "sequence": call.event_sequence + 1,
            "occurred_at": clock.now(),
        }
        media_events.handle(kind(**envelope, **facts))

    def _one(self, rows: QuerySet[Row]) -> Row | None:
        found = list(rows[:PICKED_FROM])
        return self._chance.choice(found) if found else None


def work(seed: int) -> None:
    """Act after act, for ever; each is told once it is done."""
    instance = Instance.objects.get(alias="demo")
    acts = Acts(instance, random.Random(seed))
    while True:
        act = acts.next()
        try:
            with instance_scope(instance), suppress(DomainError):
                act()
        except (OperationalError, InterfaceError):  # a lock of one that stands still, or cut off
            close_old_connections()
        except InternalError as error:  # cut off while it stood still
            if not was_cut_off(error):
                raise
            close_old_connections()
        os.write(1, f"{os.getpid()} {act.__name__}\n".encode())
