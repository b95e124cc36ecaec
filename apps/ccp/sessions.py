"""Who may open a panel socket, and what the database does when tabs come and go."""

from dataclasses import dataclass
from uuid import UUID

from structlog.contextvars import bound_contextvars

from apps.agents.models import Agent, Panel
from apps.agents.services.panels import PanelFacts
from apps.ccp import commands, snapshot
from apps.contacts.services import availability, offers
from apps.core.errors import NotAllowed
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.instances.selectors import active_instance
from apps.security_profiles.selectors import has, may_enter
from apps.users.models import User
from apps.voice.errors import AudioElsewhere
from apps.voice.services.signalling import LegAddress, agent_leg

CCP_ACCESS = "BasicAgentAccess"


class NotSignedIn(NotAllowed):
    """The socket has no session of a user of this instance."""

    code = "NOT_SIGNED_IN"


class NoAccess(NotAllowed):
    """The right to the panel is gone, or the account is switched off."""


@dataclass(frozen=True)
class PanelSession:
    """One tab's standing: its instance and agent. Every method runs in the service pool.

    Rights are looked up anew for each message, so a change is effective at once (SR-019).
    """

    instance: Instance
    agent_id: int
    user_id: int

    def require_access(self) -> None:
        """NoAccess when the right to the panel has been taken away."""
        with instance_scope(self.instance):
            self._agent()

    def say_hello(self, facts: PanelFacts) -> snapshot.Json:
        """Write the tab down; returns the snapshot it begins with."""
        with instance_scope(self.instance):
            self._agent()
            availability.panel_opened(agent_id=self.agent_id, facts=facts)
            if not facts.is_ready:
                offers.softphone_failed(agent_id=self.agent_id)
            return snapshot.agent_message(self.agent_id)

    def come_back(self, facts: PanelFacts) -> snapshot.Json:
        """The snapshot for a tab that missed messages; it may have been given up meanwhile."""
        with instance_scope(self.instance):
            self._agent()
            if not Panel.objects.filter(agent_id=self.agent_id, key=facts.key).exists():
                availability.panel_opened(agent_id=self.agent_id, facts=facts)
            return snapshot.agent_message(self.agent_id)

    def leave(self, socket: UUID) -> None:
        with instance_scope(self.instance):
            availability.panel_closed(agent_id=self.agent_id, socket=socket)

    def snapshot(self) -> snapshot.Json:
        with instance_scope(self.instance):
            self._agent()
            return snapshot.agent_message(self.agent_id)

    def command(self, name: str, params: commands.Params) -> None:
        with instance_scope(self.instance):
            agent = self._agent()
            with bound_contextvars(agent=str(agent.public_id)):
                commands.run(name, agent=agent, params=params)

    def leg(self, connection: UUID, generation: int, *, socket: UUID) -> LegAddress:
        """Where the tab's offer goes; AudioElsewhere for a tab that has not the audio.

        Two tabs may come with one key, where one was duplicated; the newer one has its row.
        """
        with instance_scope(self.instance):
            agent = self._agent()
            if not Panel.objects.filter(agent=agent, socket=socket, has_audio=True).exists():
                raise AudioElsewhere
            return agent_leg(agent=agent, connection_id=connection, generation=generation)

    def _agent(self) -> Agent:
        """The agent as it is now; NoAccess when the right to the panel is gone."""
        agent = Agent.objects.select_related("user", "instance", "status").get(pk=self.agent_id)
        _require_access(agent.user, agent.instance)
        return agent


def open_session(*, alias: str, user_id: int | None) -> PanelSession:
    """The session of a signed-in agent; NotFound, NotSignedIn or NotAllowed otherwise."""
    instance = active_instance(alias)
    user = User.objects.filter(pk=user_id).first() if user_id is not None else None
    if user is None or not may_enter(user, instance):
        raise NotSignedIn
    _require_access(user, instance)
    with instance_scope(instance):
        agent = Agent.objects.filter(user=user).first()
    if agent is None:
        raise NotAllowed
    return PanelSession(instance=instance, agent_id=agent.pk, user_id=user.pk)


def _require_access(user: User, instance: Instance) -> None:
    if not user.is_active or not has(user, CCP_ACCESS, instance):
        raise NoAccess
