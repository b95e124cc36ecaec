"""A whole house in process, with a media node that only notes what it was asked to do.

The node is a fake with behaviour, not a mock: it keeps the newest desired state of each call and
reports events with the call's own sequence, as the real engine does.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import time_machine

from apps.agents.models import Agent, AgentStatus
from apps.agents.services import leases
from apps.agents.services.panels import PanelFacts
from apps.agents.services.people import create_agent
from apps.ccp import commands
from apps.ccp.snapshot import agent_message
from apps.contacts.domain.nodes import Heartbeat
from apps.contacts.models import Connection, Contact, Offer, SweepMark
from apps.contacts.services import availability, inbound, nodes
from apps.contacts.services.routing import route
from apps.contacts.services.sweep import Sweeper
from apps.core import bus, clock
from apps.flows.services.factory import create_shipped_flow
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.instances.services.instances import create_instance, update_instance
from apps.media.desired import CallDesired, LegDesired
from apps.media.events import Applied, LegConnected, LegDigit, LegLost, PlayerEnded
from apps.numbers.services.numbers import claim_number
from apps.routing.models import Queue, RoutingProfile
from apps.voice.services import media_events
from tests.images import Image
from tests.people import user_with

NUMBER = "+12065550100"
PROCESS = "test"
MOMENTS = (
    "in_flow",
    "queued",
    "ringing",
    "accepted",
    "agent_whisper",
    "customer_whisper",
    "talking",
    "hold",
)
PEOPLE = ("ana", "bob", "mia")


class NotingNode:
    """What the media router was asked to do, and the means to report what happens there."""

    def __init__(self, slot: str = "embedded", *, capacity: int = 100) -> None:
        self.slot, self._capacity = slot, capacity
        self._lock = threading.Lock()  # the bus delivers in every thread that publishes
        self._end = bus.subscribe(f"media.{slot}", self._sync)
        self.calls: dict[str, CallDesired] = {}
        self.boot()

    def boot(self) -> None:
        """Begin a new life: nothing is known of calls that go on."""
        self.boot_id = str(uuid4())
        self.calls = {call: desired for call, desired in self.calls.items() if desired.ended}
        self._sequence: dict[str, int] = defaultdict(int)
        self.beat()

    def beat(self, *, is_draining: bool = False) -> None:
        """What control hears twice a second."""
        word = Heartbeat(
            slot=self.slot,
            boot_id=self.boot_id,
            calls=len(self.calls),
            capacity=self._capacity,
            is_draining=is_draining,
        )
        nodes.heard(word, now=clock.now())

    def close(self) -> None:
        self._end()

    def _sync(self, message: bus.Message) -> None:
        desired = CallDesired.from_dict(message)
        with self._lock:
            known = self.calls.get(desired.call)
            if known is None or desired.order > known.order:
                self.calls[desired.call] = desired

    def desired(self, connection: Connection) -> CallDesired:
        return self.calls[str(connection.call.public_id)]

    def leg(self, connection: Connection) -> LegDesired | None:
        connection.refresh_from_db()
        legs = {leg.leg: leg for leg in self.desired(connection).legs}
        return legs.get(connection.leg)

    def heard_by(self, connection: Connection) -> tuple[str, ...]:
        """What the connection hears: `name`s of tones and clips, or ids of other legs."""
        leg = self.leg(connection)
        players = {player.player: player for player in self.desired(connection).players}
        heard: list[str] = []
        for source in leg.hears if leg else ():
            player = players.get(source)
            heard += [source] if player is None else [_name(item) for item in player.items]
        return tuple(heard)

    def connected(self, connection: Connection) -> None:
        connection.refresh_from_db()
        self.report(connection, LegConnected, leg=connection.leg)

    def lost(self, connection: Connection, *, cause: str = "closed") -> None:
        connection.refresh_from_db()
        self.report(connection, LegLost, leg=connection.leg, cause=cause)

    def pressed(self, connection: Connection, digit: str) -> None:
        connection.refresh_from_db()
        self.report(connection, LegDigit, leg=connection.leg, digit=digit)

    def played(self, connection: Connection, **when: object) -> None:
        """The list that the connection hears has come to its end."""
        leg = self.leg(connection)
        assert leg is not None
        self.report(connection, PlayerEnded, player=leg.hears[0], **when)

    def applied(self, connection: Connection) -> None:
        self.report(connection, Applied, version=self.desired(connection).version)

    def report(self, connection: Connection, kind: type, **facts: object) -> None:
        """Say the next event of the connection's call."""
        call = str(connection.call.public_id)
        with self._lock:
            self._sequence[call] += 1
            sequence = self._sequence[call]
        envelope = {
            "call": call,
            "epoch": self.desired(connection).epoch,
            "sequence": sequence,
            "occurred_at": clock.now(),
        }
        media_events.handle(kind(**{**envelope, **facts}), boot_id=self.boot_id)


def _name(item: object) -> str:
    return str(getattr(item, "name", None) or getattr(item, "asset", "silence"))


class House:
    """The demo instance, its people and its fake media node."""

    time: time_machine.Traveller

    def __init__(self) -> None:
        self.instance: Instance = create_instance(alias="demo", name="Demo Travel")
        update_instance(self.instance, web_call_enabled=True, web_call_limit_per_address=10)
        self.instance.refresh_from_db()
        with instance_scope(self.instance):
            flow = create_shipped_flow(self.instance, "demo_inbound")
            claim_number(instance=self.instance, e164=NUMBER, flow=flow)
            self.people = {name: self._hire(name) for name in PEOPLE}
        self.move_in()

    def move_in(self) -> None:
        """Begin with nobody there: no panel, no call, a media node that knows nothing."""
        self.panels: dict[int, UUID] = {}
        self.sweeper = Sweeper()
        self.node = NotingNode()

    def wait(self, seconds: float) -> None:
        """Let virtual time pass; control sweeps every two seconds, which is no gap yet."""
        end = clock.now() + timedelta(seconds=seconds)
        while (left := (end - clock.now()).total_seconds()) > 0:
            self.time.shift(min(2.0, left))
            self.sweep()

    def skip(self, seconds: float) -> None:
        """A long `wait`: swept once, at its end, as if control had looked all the time."""
        self.time.shift(seconds)
        SweepMark.objects.update(swept_at=clock.now())
        self.sweep()

    def reach(self, moment: str, agent: Agent) -> Connection:
        """A caller at one of `MOMENTS` of the call, with the agent for those that need one."""
        customer = self.call()
        steps: dict[str, Callable[[], object]] = {
            "in_flow": lambda: None,
            "queued": lambda: self.node.played(customer),
            "ringing": self.route,
            "accepted": lambda: self.command(agent, "contact.accept", customer.contact),
            "agent_whisper": lambda: self.node.connected(self.line(agent)),
            "customer_whisper": lambda: self.node.played(self.line(agent)),
            "talking": lambda: self.node.played(customer),
            "hold": lambda: self.command(agent, "connection.hold", customer.contact),
        }
        for name, step in steps.items():
            step()
            if name == moment:
                return customer
        raise ValueError(moment)

    def line(self, agent: Agent) -> Connection:
        """The agent's own connection to the contact held."""
        connection = self.offer(agent).connection
        assert connection is not None
        return connection

    def _hire(self, username: str) -> int:
        user = user_with(self.instance, username, "Agent", first_name=username.title())
        return create_agent(user=user, routing_profile=RoutingProfile.objects.get()).pk

    def agent(self, username: str, *, acw_seconds: int = 0) -> Agent:
        """One of `PEOPLE`, with this limit of after contact work."""
        agent = Agent.objects.select_related("user").get(pk=self.people[username])
        agent.acw_seconds = acw_seconds
        agent.save(update_fields=["acw_seconds"])
        return agent

    def open_panel(
        self, agent: Agent, *, is_ready: bool = True, error: str = "", key: UUID | None = None
    ) -> UUID:
        """A tab says hello, on a socket of the same name; without a key the agent's usual one."""
        key = key or self.panels.setdefault(agent.pk, uuid4())
        facts = PanelFacts(key, PROCESS, "", is_ready=is_ready, error=error, socket=key)
        availability.panel_opened(agent_id=agent.pk, facts=facts)
        return key

    def close_panel(self, agent: Agent, key: UUID) -> None:
        availability.panel_closed(agent_id=agent.pk, socket=key)

    def available(self, agent: Agent) -> None:
        self.open_panel(agent)
        self.choose(agent, AgentStatus.Kind.ROUTABLE)

    def choose(self, agent: Agent, kind: str) -> None:
        status = AgentStatus.objects.get(kind=kind)
        availability.set_status(agent_id=agent.pk, chosen=status)

    def call(self, *, number: str = NUMBER, caller: str = "+12065550123") -> Connection:
        """A caller whose media is up: the flow has begun."""
        connection = self.arrive(number=number, caller=caller)
        self.node.connected(connection)
        return connection

    def arrive(
        self, *, number: str = NUMBER, caller: str = "+12065550123", address: str = "127.0.0.1"
    ) -> Connection:
        """A caller whose media is not up yet."""
        self.node.beat()
        return inbound.start_web_call(
            instance=self.instance,
            number=number,
            caller_number=caller,
            attributes={"Booking": "QX7"},
            address=address,
        )

    def queued(self) -> Connection:
        """A caller who has heard the greeting and waits."""
        connection = self.call()
        for _ in range(5):
            if Contact.objects.get(pk=connection.contact_id).state != "in_flow":
                return connection
            self.node.played(connection)
        raise AssertionError("the demo flow did not queue the caller")

    def queued_for(self, agent: Agent) -> Contact:
        """A caller who waits in the agent's own queue."""
        contact = Contact.objects.get(pk=self.queued().contact_id)
        contact.queue = Queue.objects.get(user=agent.user)
        contact.save(update_fields=["queue"])
        return contact

    def route(self) -> int:
        return route(self.instance)

    def sweep(self) -> None:
        """What control does each second; this process says that it lives."""
        leases.renew_lease(PROCESS, now=clock.now())
        self.sweeper.run()

    def command(self, agent: Agent, name: str, contact: Contact | None = None) -> None:
        params = {"contact": str(contact.public_id)} if contact else {}
        commands.run(name, agent=Agent.objects.get(pk=agent.pk), params=params)

    def offer(self, agent: Agent) -> Offer:
        found = availability.held_offer(agent)
        assert found is not None
        return found

    def talking(self, agent: Agent) -> tuple[Connection, Connection]:
        """Customer and agent in conversation, whispers over."""
        customer = self.queued()
        self.route()
        self.command(agent, "contact.accept", customer.contact)
        own = self.line(agent)
        self.node.connected(own)
        self.node.played(own)
        self.node.played(customer)
        return customer, own

    def state(self, agent: Agent) -> str:
        """The agent's derived activity."""
        return str(self.panel(agent)["activity"])

    def panel(self, agent: Agent) -> dict[str, Any]:
        view: dict[str, Any] = agent_message(agent.pk)["panel"]
        return view


@cache
def _furnished() -> tuple[House, Image]:
    """A house set up once per session, and the database as it was just then."""
    house = House()
    house.node.close()
    return house, Image()


@contextmanager
def _frozen(house: House) -> Iterator[None]:
    """Time stands still until a test lets it pass."""
    with time_machine.travel(clock.now().replace(microsecond=0), tick=False) as house.time:
        yield


@contextmanager
def open_house() -> Iterator[House]:
    """A house nobody has used. Whatever else is in the database is gone while it is open."""
    house, image = _furnished()
    image.put_back()
    house.move_in()
    try:
        with instance_scope(house.instance), _frozen(house):
            yield house
    finally:
        house.node.close()
