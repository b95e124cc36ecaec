"""The rows behind one agent's panel, read together."""

from dataclasses import dataclass
from uuid import UUID

from apps.agents.models import Agent, AgentStatus, Panel
from apps.contacts.domain.permitted import Situation
from apps.contacts.domain.states import ConnectionState, OfferState
from apps.contacts.models import Connection, Contact, Offer
from apps.contacts.selectors import customer_of
from apps.contacts.services.availability import held_offer


@dataclass(frozen=True)
class AgentFacts:
    """Everything a snapshot is made of."""

    agent: Agent
    offer: Offer | None
    customer: Connection | None
    statuses: list[AgentStatus]
    panels: list[Panel]  # the open tabs

    @property
    def contact(self) -> Contact | None:
        return self.offer.contact if self.offer else None

    @property
    def initial_contact(self) -> UUID | None:
        """The root of the contact's chain; usually the contact itself."""
        contact = self.contact
        if contact is None or contact.initial_id in (None, contact.pk):
            return contact.public_id if contact else None
        return contact.initial.public_id if contact.initial else None

    @property
    def connection(self) -> Connection | None:
        """The agent's own connection, while the offer has one."""
        return self.offer.connection if self.offer else None

    @property
    def offer_state(self) -> OfferState | None:
        return OfferState(self.offer.state) if self.offer else None

    @property
    def is_customer_held(self) -> bool:
        return self.customer is not None and self.customer.state == ConnectionState.HOLD

    @property
    def is_muted(self) -> bool:
        return self.connection is not None and self.connection.is_muted

    @property
    def is_softphone(self) -> bool:
        """Always: nothing can call a desk phone yet, and whoever chose one must still be able to
        accept (`Agent.phone_type` is what will be called).
        """
        return True

    @property
    def situation(self) -> Situation:
        joined = self.customer is not None and self.customer.state == ConnectionState.CONNECTED
        return Situation(
            offer=self.offer_state,
            is_softphone=self.is_softphone,
            is_customer_held=self.is_customer_held,
            is_customer_joined=joined,
            is_muted=self.is_muted,
        )


def agent_row(agent_id: int) -> Agent:
    """The agent, with the rows that `facts_of` does not read."""
    joined = Agent.objects.select_related(
        "instance", "user", "routing_profile__default_outbound_queue"
    )
    return joined.get(pk=agent_id)


def facts_of(agent: Agent) -> AgentFacts:
    """Read the rows of one agent; inside the instance's scope.

    The statuses are few and read anyway, so the agent's own are found among them: on PostgreSQL a
    join of seven tables is planned for longer than it is read.
    """
    statuses = {status.pk: status for status in AgentStatus.objects.all()}
    agent.status = statuses[agent.status_id]
    agent.next_status = statuses[agent.next_status_id] if agent.next_status_id else None
    offer = held_offer(agent)
    return AgentFacts(
        agent=agent,
        offer=offer,
        customer=customer_of(offer.contact) if offer else None,
        statuses=[status for status in statuses.values() if status.is_enabled],
        panels=list(Panel.objects.filter(agent=agent).order_by("pk")),
    )
