"""The panel's commands, each one service call."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.agents.models import Agent, AgentStatus
from apps.agents.selectors import choosable_status
from apps.contacts.domain.states import OfferState
from apps.contacts.errors import NotInThisState, OfferGone
from apps.contacts.models import Offer
from apps.contacts.services import availability, controls, ending, offers
from apps.core.errors import InvalidInput
from apps.core.unit_of_work import touch, unit_of_work
from apps.users.services import save_preferences

Params = dict[str, Any]
Command = Callable[[Agent, Params], None]


class UnknownCommand(InvalidInput):
    code = "UNKNOWN_COMMAND"
    message = _("The panel asked for something this server does not know. Reload the page.")


def run(name: str, *, agent: Agent, params: Params) -> None:
    """Carry out one command for the agent; raises DomainError when it is refused.

    The socket adds to the page's `params` the tab that asks, `panel`, and when it was `said_at`.
    """
    command = _COMMANDS.get(name)
    if command is None:
        raise UnknownCommand
    command(agent, params)


def _set_status(agent: Agent, params: Params) -> None:
    chosen = choosable_status(_uuid(params.get("status")))
    availability.set_status(agent_id=agent.pk, chosen=chosen)


def _accept(agent: Agent, params: Params) -> None:
    offers.accept(offer=_held(agent, params), agent=agent)


def _reject(agent: Agent, params: Params) -> None:
    offers.reject(offer=_held(agent, params), agent=agent)


def _end(agent: Agent, params: Params) -> None:
    """The last offer of this contact, held or not: a repeated end may come after the clearing."""
    offers_made = Offer.objects.filter(agent=agent, contact__public_id=_uuid(params.get("contact")))
    offer = offers_made.select_related("contact__call", "connection").order_by("n").last()
    if offer is None:
        raise OfferGone
    ending.end_by_agent(offer=offer, agent=agent, said_at=params.get("said_at"))


def _clear(agent: Agent, params: Params) -> None:
    availability.clear(agent_id=agent.pk, offer=_held(agent, params))


def _become_available(agent: Agent, params: Params) -> None:
    """Clear the lock and be Available in one step."""
    offer = _held(agent, params)
    if offer.state not in (OfferState.MISSED, OfferState.ERROR):
        raise NotInThisState
    available = AgentStatus.objects.get(kind=AgentStatus.Kind.ROUTABLE)
    availability.set_status(agent_id=agent.pk, chosen=available)


def _hold(agent: Agent, params: Params) -> None:
    controls.hold(offer=_held(agent, params), agent=agent)


def _resume(agent: Agent, params: Params) -> None:
    controls.resume(offer=_held(agent, params), agent=agent)


def _mute(agent: Agent, params: Params) -> None:
    controls.mute(offer=_held(agent, params), agent=agent, is_muted=True)


def _unmute(agent: Agent, params: Params) -> None:
    controls.mute(offer=_held(agent, params), agent=agent, is_muted=False)


def _take_audio(agent: Agent, params: Params) -> None:
    availability.audio_taken(agent_id=agent.pk, key=_uuid(params.get("panel")))


def _save_settings(agent: Agent, params: Params) -> None:
    with unit_of_work():
        save_preferences(
            agent.user,
            theme=params.get("theme"),
            single_key_shortcuts=params.get("shortcuts"),
            language=params.get("language"),
        )
        touch("agent", agent.pk)


def _held(agent: Agent, params: Params) -> Offer:
    """The agent's offer for the contact the page names; a stale page gets OfferGone."""
    offer = availability.held_offer(agent)
    if offer is None or offer.contact.public_id != _uuid(params.get("contact")):
        raise OfferGone
    return offer


def _uuid(raw: object) -> UUID:
    try:
        return UUID(str(raw))
    except ValueError:
        raise InvalidInput from None


_COMMANDS: dict[str, Command] = {
    "agent.set_status": _set_status,
    "contact.accept": _accept,
    "contact.reject": _reject,
    "contact.end": _end,
    "contact.clear": _clear,
    "contact.become_available": _become_available,
    "connection.hold": _hold,
    "connection.resume": _resume,
    "connection.mute": _mute,
    "connection.unmute": _unmute,
    "panel.take_audio": _take_audio,
    "settings.save": _save_settings,
}
