"""Each kind of damage that a check knows, planted past all services."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.db import connection
from uuid6 import uuid7

from apps.agents.models import Agent, AgentStatus, AgentStatusChange, Panel
from apps.contacts.domain.states import ConnectionKind, ConnectionState, ContactState, OfferState
from apps.contacts.models import Call, Connection, Contact, ContactEvent, FlowRun, Offer
from apps.core import clock
from apps.routing.models import Queue
from tests.journeys.house import House

Plant = Callable[[House, Agent], object]


@dataclass(frozen=True)
class Damaged:
    """The code of the check, the moment of the call at which it happens, and how."""

    code: str
    moment: str
    plant: Plant

    def __str__(self) -> str:
        return f"{self.code}-{self.moment}"

    def happen(self, house: House, agent: Agent) -> None:
        """Bring the house to the moment and break it."""
        house.available(agent)
        if self.moment == "acw":
            customer = house.reach("talking", agent)
            house.command(agent, "contact.end", customer.contact)
        elif self.moment != "free":
            house.reach(self.moment, agent)
        house.sweep()
        self.plant(house, agent)


def _customers(**values: object) -> Plant:
    rows = Connection.objects.filter
    return lambda _house, _agent: rows(kind=ConnectionKind.CUSTOMER).update(**values)


def _agents_line(**values: object) -> Plant:
    return lambda _house, agent: Connection.objects.filter(agent=agent).update(**values)


def _contact(**values: object) -> Plant:
    return lambda _house, _agent: Contact.objects.update(**values)


def _offer(**values: object) -> Plant:
    return lambda _house, _agent: Offer.objects.update(**values)


def _run(**values: object) -> Plant:
    return lambda _house, _agent: FlowRun.objects.filter(is_running=True).update(**values)


def _cleared(_house: House, _agent: Agent) -> None:
    Offer.objects.update(state=OfferState.CLEARED, cleared_at=clock.now())


def _over(_house: House, _agent: Agent) -> None:
    Contact.objects.update(state=ContactState.ENDED, disconnected_at=clock.now())


def _call_over(_house: House, _agent: Agent) -> None:
    Call.objects.update(ended_at=clock.now())


def _for_somebody_gone(house: House, _agent: Agent) -> None:
    own = Queue.objects.filter(user=house.agent("bob").user)
    own.update(is_enabled=False)
    Contact.objects.update(queue=own.get())


def _without_index(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {name}")


def _second_agent(house: House, agent: Agent) -> None:
    _without_index("one_live_offer_per_contact")
    offer, bob = house.offer(agent), house.agent("bob")
    offer.pk, offer.public_id, offer.agent, offer.n = None, uuid7(), bob, offer.n + 1
    offer.save(force_insert=True)


def _second_contact(house: House, agent: Agent) -> None:
    _without_index("one_uncleared_offer_per_agent_slot")
    other = house.queued().contact
    offer = house.offer(agent)
    offer.pk, offer.public_id, offer.contact = None, uuid7(), other
    offer.save(force_insert=True)


def _second_run(_house: House, _agent: Agent) -> None:
    _without_index("one_running_flow_per_connection")
    run = FlowRun.objects.get(is_running=True)
    run.pk, run.public_id = None, uuid7()
    run.save(force_insert=True)


def _reserved(_house: House, agent: Agent) -> None:
    Agent.objects.filter(pk=agent.pk).update(available_since=None)


def _free(_house: House, agent: Agent) -> None:
    Agent.objects.filter(pk=agent.pk).update(available_since=clock.now())


def _forgotten_status(_house: House, agent: Agent) -> None:
    offline = AgentStatus.objects.get(kind=AgentStatus.Kind.OFFLINE)
    Agent.objects.filter(pk=agent.pk).update(next_status=offline, available_since=None)


def _dead_process(house: House, agent: Agent) -> None:
    long_ago = clock.now() - timedelta(hours=1)
    Panel.objects.filter(agent=agent).update(process=str(uuid4()), opened_at=long_ago)


def _history_ends(_house: House, agent: Agent) -> None:
    open_one = AgentStatusChange.objects.filter(agent=agent, ended_at=None)
    open_one.update(ended_at=clock.now())


def _other_present(_house: House, agent: Agent) -> None:
    offline = AgentStatus.objects.get(kind=AgentStatus.Kind.OFFLINE)
    AgentStatusChange.objects.filter(agent=agent, ended_at=None).update(status=offline)


def _gap(_house: House, agent: Agent) -> None:
    closed = AgentStatusChange.objects.filter(agent=agent).exclude(ended_at=None)
    assert closed.update(ended_at=clock.now() - timedelta(minutes=1))


def _backwards(_house: House, _agent: Agent) -> None:
    last = ContactEvent.objects.order_by("-id")[0]
    ContactEvent.objects.filter(pk=last.pk).update(at=last.at - timedelta(hours=1))


GONE = ConnectionState.DISCONNECTED
FAR = clock.now() + timedelta(days=365)
DAMAGES = (
    Damaged("contact_joined_to_nobody", "talking", _cleared),
    Damaged("contact_without_customer", "in_flow", _customers(state=GONE)),
    Damaged("contact_without_customer", "queued", _customers(state=GONE)),
    Damaged("contact_without_customer", "ringing", _customers(state=GONE)),
    Damaged("contact_without_customer", "talking", _customers(state=GONE)),
    Damaged("contact_on_ended_call", "queued", _call_over),
    Damaged("contact_on_ended_call", "talking", _call_over),
    Damaged("contact_flow_forgotten", "in_flow", _run(is_running=False)),
    Damaged("contact_queued_nowhere", "queued", _contact(queue=None)),
    Damaged("contact_queued_nowhere", "queued", _contact(enqueued_at=None)),
    Damaged("contact_queued_nowhere", "queued", _for_somebody_gone),
    Damaged("contact_never_completed", "acw", _cleared),
    Damaged("contact_over_without_end", "acw", _contact(disconnected_at=None)),
    Damaged("contact_over_without_end", "acw", _contact(state=ContactState.COMPLETED)),
    Damaged("contact_closed_wrongly", "talking", _contact(completed_at=FAR)),
    Damaged("contact_closed_wrongly", "acw", _contact(completed_at=FAR)),
    Damaged("call_without_parties", "acw", lambda *_: Call.objects.update(ended_at=None)),
    Damaged("offer_without_waiting_contact", "ringing", _contact(state=ContactState.IN_FLOW)),
    Damaged("offer_without_waiting_contact", "accepted", _contact(state=ContactState.JOINED)),
    Damaged("offer_connected_without_contact", "talking", _contact(state=ContactState.QUEUED)),
    Damaged("offer_without_end", "ringing", _offer(due_at=None)),
    Damaged("offer_without_end", "accepted", _agents_line(due_at=None)),
    Damaged("offer_without_end", "agent_whisper", _offer(due_at=None)),
    Damaged("offer_without_line", "accepted", _offer(connection=None)),
    Damaged("offer_without_line", "accepted", _agents_line(state=GONE)),
    Damaged("offer_without_line", "talking", _agents_line(state=GONE)),
    Damaged("offer_without_line", "talking", _offer(connection=None)),
    Damaged("contact_with_several_agents", "ringing", _second_agent),
    Damaged("agent_with_several_contacts", "talking", _second_contact),
    Damaged("offer_cleared_or_not", "talking", _offer(cleared_at=FAR)),
    Damaged("line_without_end", "talking", _customers(has_media=False)),
    Damaged("line_without_end", "accepted", _agents_line(due_at=None)),
    Damaged("line_with_needless_end", "talking", _customers(due_at=FAR)),
    Damaged("line_without_contact", "talking", _over),
    Damaged("agent_on_call_without_offer", "talking", _offer(connection=None)),
    Damaged("line_on_ended_call", "acw", _customers(state=ConnectionState.CONNECTED)),
    Damaged("run_to_nobody", "in_flow", _customers(state=GONE)),
    Damaged("run_without_end", "in_flow", _run(player=None)),
    Damaged("several_runs", "in_flow", _second_run),
    Damaged("agent_reserved_without_offer", "free", _reserved),
    Damaged("agent_free_and_not_able", "ringing", _free),
    Damaged("agent_with_forgotten_status", "free", _forgotten_status),
    Damaged("panel_of_dead_process", "free", _dead_process),
    Damaged("status_not_the_present", "free", _history_ends),
    Damaged("status_not_the_present", "free", _other_present),
    Damaged("status_history_gap", "free", _gap),
    Damaged("history_runs_backwards", "talking", _backwards),
)
