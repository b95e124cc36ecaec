"""What comes next for a caller with whom all goes well: random lives would hardly get that far."""

from django.db.models import Q

from apps.contacts.domain.states import LIVE_OFFERS, ConnectionState, ContactState, OfferState
from apps.contacts.models import Call, Connection, Contact, FlowRun, Offer
from tests.journeys.house import House


def live_contacts() -> list[Contact]:
    return list(Contact.objects.filter(disconnected_at=None).order_by("pk"))


def live_lines() -> list[Connection]:
    return list(Connection.objects.exclude(state=ConnectionState.DISCONNECTED).order_by("pk"))


def ending_runs() -> list[FlowRun]:
    """Flow runs whose list of prompts comes to an end by itself."""
    return [run for run in FlowRun.objects.filter(is_running=True).order_by("pk") if _ends(run)]


def goes_on(house: House, contact: Contact) -> None:
    """Media come up, a prompt ends, the call is offered, accepted, held: the next of these."""
    line = Connection.objects.filter(contact=contact, state=ConnectionState.CONNECTING).first()
    offer = contact.offers.filter(state__in=LIVE_OFFERS).select_related("agent").first()
    state = Contact.objects.values_list("state", flat=True).get(pk=contact.pk)
    if line is not None:
        house.node.connected(line)
    elif offer is None and state == ContactState.QUEUED:
        house.route()
    elif offer is not None and offer.state == OfferState.RINGING:
        house.command(offer.agent, "contact.accept", contact)
    elif runs := [run for run in ending_runs() if run.contact_id == contact.pk]:
        house.node.played(runs[-1].connection)  # a whisper to the agent before the caller's music
    elif offer is not None and offer.state == OfferState.CONNECTED:
        is_held = contact.connections.filter(state=ConnectionState.HOLD).exists()
        house.command(offer.agent, f"connection.{'resume' if is_held else 'hold'}", contact)


def at_work() -> list[object]:
    """What must end by itself: calls, and offers that wait for no agent."""
    waits_for_an_agent = Q(state=OfferState.MISSED, due_at=None)
    held = Offer.objects.exclude(state=OfferState.CLEARED).exclude(waits_for_an_agent)
    return [*Call.objects.filter(ended_at=None), *held]


def _ends(run: FlowRun) -> bool:
    return bool(run.player and run.player["items"] and not run.player["loop"])
