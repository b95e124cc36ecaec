"""Open panels: one row per browser tab, at most one of them with the audio (SR-054)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db.models import Exists, OuterRef

from apps.agents.models import Agent, AgentStatus, Panel
from apps.core import clock
from apps.core.unit_of_work import touch, unit_of_work
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.users.models import SignIn
from apps.users.services import end_session


@dataclass(frozen=True, slots=True)
class PanelFacts:
    """What a tab says of itself; `error` is one of the embedding protocol's softphone errors."""

    key: UUID
    process: str
    session_key: str
    is_ready: bool
    error: str
    socket: UUID = field(default_factory=uuid4)


def open_panel(agent: Agent, facts: PanelFacts) -> Panel:
    """Write the tab down. Who gets the audio is the caller's to say."""
    with unit_of_work():
        panel, _created = Panel.objects.update_or_create(
            instance_id=agent.instance_id,
            agent=agent,
            key=facts.key,
            defaults={
                "socket": facts.socket,
                "process": facts.process,
                "session_key": facts.session_key,
                "is_softphone_ready": facts.is_ready,
                "softphone_error": facts.error,
            },
        )
        touch("agent", agent.pk)
    return panel


def give_audio(panel: Panel) -> None:
    """The newest "take audio" wins; the tab that had it sees that it lost it."""
    with unit_of_work():
        Panel.objects.filter(agent_id=panel.agent_id, has_audio=True).update(has_audio=False)
        panel.has_audio = True
        panel.save(update_fields=["has_audio"])
        touch("agent", panel.agent_id)


def close_panel(agent: Agent, *, socket: UUID) -> UUID | None:
    """A closed socket is written at once; returns the key of the tab if it had the audio.

    A reloaded tab may have said hello on a new socket before the old one's end is noticed: then
    the row is the new socket's, and stays.
    """
    with unit_of_work():
        tabs = Panel.objects.filter(agent=agent, socket=socket)
        had_audio = tabs.filter(has_audio=True).values_list("key", flat=True).first()
        closed, _by_model = tabs.delete()
        if closed:
            touch("agent", agent.pk)
    return had_audio


def hand_on_audio(agent: Agent) -> None:
    """Give the audio to the newest tab that can take calls, if none has it."""
    heir = _heir(agent)
    if heir is not None and not heir.has_audio:
        give_audio(heir)


def _heir(agent: Agent) -> Panel | None:
    """The tab with the audio, or the one to get it next."""
    tabs = Panel.objects.filter(agent=agent)
    return tabs.order_by("-has_audio", "-is_softphone_ready", "-opened_at").first()


def keep_audio(agent: Agent, key: UUID | None, *, until: datetime | None = None) -> None:
    """For the tab of this key, which may come back; None: for nobody any more."""
    if (key, until) != (agent.audio_kept_for, agent.audio_due_at):
        agent.audio_kept_for, agent.audio_due_at = key, until
        agent.save(update_fields=["audio_kept_for", "audio_due_at"])


def is_reachable(agent: Agent) -> bool:
    """Whether a call could be answered: the tab with the audio has a working microphone."""
    return Panel.objects.filter(agent=agent, has_audio=True, is_softphone_ready=True).exists()


def will_be_reachable(agent: Agent) -> bool:
    """As `is_reachable`, or once audio that is kept for a tab that has gone is handed on."""
    heir = _heir(agent)
    return heir is not None and heir.is_softphone_ready


def goes_offline_at(agent: Agent, due_at: datetime | None) -> None:
    """When an agent without a panel is to be offline; None: a panel is open, or it is done."""
    if due_at != agent.offline_due_at:
        agent.offline_due_at = due_at
        agent.save(update_fields=["offline_due_at"])


def count_absence(agent: Agent, *, now: datetime) -> None:
    """If no panel is open any more, or none was, the instance's time for who is gone runs."""
    after = agent.instance.gone_offline_minutes
    if after and agent.offline_due_at is None and not Panel.objects.filter(agent=agent).exists():
        goes_offline_at(agent, now + timedelta(minutes=after))


def recount_absence(instance_ids: Sequence[int]) -> None:
    """Of these instances the time was changed: it runs anew for those who are gone already."""
    for instance in Instance.objects.filter(pk__in=instance_ids).order_by("pk"):
        with instance_scope(instance):
            _recount(after=instance.gone_offline_minutes)


def _recount(*, after: int) -> None:
    """All agents are locked first: whoever leaves meanwhile counts by the new time."""
    list(Agent.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    absent = Agent.objects.filter(~Exists(Panel.objects.filter(agent=OuterRef("pk"))))
    due_at = clock.now() + timedelta(minutes=after) if after else None
    absent.exclude(status__kind=AgentStatus.Kind.OFFLINE).update(offline_due_at=due_at)


def log_out(agent: Agent) -> None:
    """End the sessions in which the agent has a panel open; what else they open is left alone."""
    keys = Panel.objects.filter(agent=agent).exclude(session_key="")
    for key in set(keys.values_list("session_key", flat=True)):
        end_session(agent.user, session_key=key, how=SignIn.End.OFFLINE)
