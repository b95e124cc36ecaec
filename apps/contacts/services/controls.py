"""What an agent does to a conversation while it lasts."""

from apps.agents.models import Agent
from apps.contacts.domain.states import ConnectionState, OfferState, RunKind
from apps.contacts.domain.transitions import ConnectionEventKind
from apps.contacts.errors import NotInThisState
from apps.contacts.models import Connection, Offer
from apps.contacts.selectors import customer_of
from apps.contacts.services import flow_runs
from apps.contacts.services.rows import call_work, move_connection, record, tell_customer
from apps.core import clock
from apps.core.unit_of_work import touch


def hold(*, offer: Offer, agent: Agent) -> None:
    """The customer hears the hold flow and nothing of the agent (SR-076)."""
    with call_work(offer.contact.call_id):
        customer, now = _customer_in_conversation(offer), clock.now()
        move_connection(customer, ConnectionEventKind.HELD, at=now)
        flow_runs.start_hook(customer, kind=RunKind.CUSTOMER_HOLD, now=now)
        record(offer.contact, "hold", at=now, actor=agent.user)
        tell_customer(customer, "hold")
        touch("agent", agent.pk)


def resume(*, offer: Offer, agent: Agent) -> None:
    """Both talk again."""
    with call_work(offer.contact.call_id):
        customer, now = _customer_in_conversation(offer), clock.now()
        move_connection(customer, ConnectionEventKind.RESUMED, at=now)
        flow_runs.cancel(customer)
        record(offer.contact, "resume", at=now, actor=agent.user)
        tell_customer(customer, "connected")
        touch("agent", agent.pk)


def mute(*, offer: Offer, agent: Agent, is_muted: bool) -> None:
    """Nobody hears a muted agent, whatever the page sends."""
    with call_work(offer.contact.call_id):
        _require_conversation(offer)
        connection = offer.connection
        assert connection is not None
        connection.is_muted = is_muted
        connection.save(update_fields=["is_muted"])
        record(offer.contact, "mute" if is_muted else "unmute", at=clock.now(), actor=agent.user)
        touch("agent", agent.pk)


def _customer_in_conversation(offer: Offer) -> Connection:
    _require_conversation(offer)
    customer = customer_of(offer.contact)
    if customer.state == ConnectionState.DISCONNECTED:
        raise NotInThisState
    return customer


def _require_conversation(offer: Offer) -> None:
    offer.refresh_from_db()
    if offer.state != OfferState.CONNECTED:
        raise NotInThisState
