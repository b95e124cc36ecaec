"""Who may be offered a contact: status, offers held and a reachable panel, brought together."""

from datetime import datetime, timedelta
from uuid import UUID

from apps.agents.models import Agent, AgentStatus, AgentStatusChange, Panel
from apps.agents.services import panels, status
from apps.agents.services.panels import PanelFacts
from apps.contacts.domain.states import ConnectionState
from apps.contacts.errors import SoftphoneNotReady
from apps.contacts.models import Connection, Offer
from apps.contacts.selectors import held_by
from apps.contacts.services import clearing
from apps.contacts.services.rows import lock_call
from apps.core import clock
from apps.core.errors import NotFound
from apps.core.unit_of_work import touch, unit_of_work

AWAY_AGAIN = timedelta(minutes=1)
AGENT_KEPT_FOR = timedelta(seconds=30)  # how long a lost agent, or a lost panel, is waited for


def refresh(agent: Agent, *, now: datetime) -> None:
    """Keep the agent's place among the free ones true; a newly free one asks for a pass."""
    if agent.audio_kept_for is not None and _leg(agent) is None:
        _give_up_waiting(agent)
    if status.record_availability(agent, is_free=_is_free(agent), now=now):
        touch("routing", agent.instance_id)
    touch("agent", agent.pk)


def _is_free(agent: Agent) -> bool:
    return (
        agent.status.kind == AgentStatus.Kind.ROUTABLE
        and agent.next_status_id is None
        and agent.user.is_active
        and not is_engaged(agent)
        and panels.is_reachable(agent)
    )


def held_offer(agent: Agent) -> Offer | None:
    """The one offer that holds the agent's voice slot, whatever its state."""
    held = held_by(agent).select_related("contact__queue", "connection")
    return next(iter(held), None)  # one at most: to order them would take time for nothing


def is_engaged(agent: Agent) -> bool:
    return held_by(agent).exists()


def locked_agent(agent_id: int) -> Agent:
    """The agent's row, locked, with what the rules read.

    Two statements: PostgreSQL joins before it waits, so a row whose status changed during the wait
    would fit its join no more and be missing.
    """
    Agent.objects.select_for_update(no_key=True).values_list("pk").get(pk=agent_id)
    joined = Agent.objects.select_related(
        "status", "next_status", "user", "routing_profile", "instance"
    )
    return joined.get(pk=agent_id)


def _locked_with_call(agent_id: int) -> Agent:
    """The agent, locked after the call of the contact held.

    A contact that came in between rings, and what rings is not cleared: its call is not needed.
    """
    call_id = held_by(agent_id).values_list("contact__call_id", flat=True).first()
    if call_id is not None:
        lock_call(call_id)
    return locked_agent(agent_id)


def set_status(*, agent_id: int, chosen: AgentStatus) -> None:
    """The agent chooses a status; during a contact it becomes the next status (SR-067, SR-068).

    Choosing any status ends after contact work and clears a missed call. Choosing a routable one
    needs a softphone that is ready: otherwise callers would ring a page that cannot answer.
    """
    with unit_of_work():
        agent, now = _locked_with_call(agent_id), clock.now()
        if chosen.kind == AgentStatus.Kind.ROUTABLE and not panels.will_be_reachable(agent):
            raise SoftphoneNotReady
        _apply(chosen, agent=agent, now=now)
        panels.count_absence(agent, now=now)  # it may have been chosen without a panel


def went_away(*, agent_id: int) -> None:
    """No panel has been open for as long as the instance waits: the agent is offline (R-20).

    Called by the sweep; a talk that goes on without the panel, on a desk phone, is not cut off.
    """
    with unit_of_work():
        agent, now = _locked_with_call(agent_id), clock.now()
        if agent.offline_due_at is None or agent.offline_due_at > now:
            return
        offer = held_offer(agent)
        if offer is not None and offer.state not in clearing.CLEARABLE:
            # it ends by rules of its own, and may leave work that nobody is there to clear
            panels.goes_offline_at(agent, now + AWAY_AGAIN)
            return
        panels.goes_offline_at(agent, None)
        offline = AgentStatus.objects.get(kind=AgentStatus.Kind.OFFLINE)
        _apply(offline, agent=agent, now=now, cause=AgentStatusChange.Cause.NO_PANEL)


def _apply(
    chosen: AgentStatus,
    *,
    agent: Agent,
    now: datetime,
    cause: AgentStatusChange.Cause = AgentStatusChange.Cause.CHOSEN,
) -> None:
    offer = held_offer(agent)
    if offer is not None and offer.state in clearing.CLEARABLE:
        clearing.clear_offer(offer, now=now)
        offer = None
    if offer is None:
        status.record_status(agent, status=chosen, now=now, cause=cause)
    else:
        pending = None if chosen.pk == agent.status_id else chosen
        status.record_next_status(agent, status=pending)
    refresh(agent, now=now)


def clear(*, agent_id: int, offer: Offer) -> None:
    """The agent is finished with a contact: the slot is free, a pending status applies."""
    with unit_of_work():
        lock_call(offer.contact.call_id)
        agent, now = locked_agent(agent_id), clock.now()
        clearing.clear_offer(offer, now=now)
        apply_next_status(agent, now=now)
        refresh(agent, now=now)


def apply_next_status(agent: Agent, *, now: datetime) -> None:
    if agent.next_status is not None:
        status.record_status(agent, status=agent.next_status, now=now)


def panel_opened(*, agent_id: int, facts: PanelFacts) -> Panel:
    """A tab said hello, or its microphone changed."""
    with unit_of_work():
        agent, now = locked_agent(agent_id), clock.now()
        panel = panels.open_panel(agent, facts)
        if panel.key == agent.audio_kept_for:
            _take_audio(panel, agent=agent)
        _hand_on_audio(agent)
        panels.goes_offline_at(agent, None)
        refresh(agent, now=now)
    return panel


def panel_closed(*, agent_id: int, socket: UUID) -> None:
    """A tab that had the audio of a call finds it again if it is back in time (R-05)."""
    with unit_of_work():
        agent, now = locked_agent(agent_id), clock.now()
        had_audio = panels.close_panel(agent, socket=socket)
        if had_audio is not None and _leg(agent) is not None:
            panels.keep_audio(agent, had_audio, until=now + AGENT_KEPT_FOR)
        _hand_on_audio(agent)
        panels.count_absence(agent, now=now)
        refresh(agent, now=now)


def audio_taken(*, agent_id: int, key: UUID) -> None:
    """This tab wants the audio; `NotFound` for one that was given up meanwhile."""
    with unit_of_work():
        agent = locked_agent(agent_id)
        panel = Panel.objects.filter(agent=agent, key=key).first()
        if panel is None:
            raise NotFound
        _take_audio(panel, agent=agent)
        refresh(agent, now=clock.now())


def leg_lost(*, agent_id: int) -> None:
    """The agent's audio is gone. If its tab is gone too, another open one may bring it up."""
    with unit_of_work():
        panels.hand_on_audio(locked_agent(agent_id))
        touch("agent", agent_id)


def tab_stayed_away(*, agent_id: int) -> None:
    """The tab did not come back for its audio in time. Called by the sweep."""
    with unit_of_work():
        agent, now = locked_agent(agent_id), clock.now()
        if agent.audio_due_at is not None and agent.audio_due_at <= now:
            _give_up_waiting(agent)
            refresh(agent, now=now)


def _take_audio(panel: Panel, *, agent: Agent) -> None:
    panels.give_audio(panel)
    panels.keep_audio(agent, None)


def _give_up_waiting(agent: Agent) -> None:
    panels.keep_audio(agent, None)
    panels.hand_on_audio(agent)


def _hand_on_audio(agent: Agent) -> None:
    """But a socket that broke moves no audio that is heard: it does not pass through it."""
    if agent.audio_kept_for is not None:
        leg = _leg(agent)
        if leg is not None and leg.has_media:
            return
    panels.hand_on_audio(agent)


def _leg(agent: Agent) -> Connection | None:
    """The agent's own line of the call held, while there is one."""
    offer = held_offer(agent)
    line = offer.connection if offer is not None else None
    return None if line is None or line.state == ConnectionState.DISCONNECTED else line
