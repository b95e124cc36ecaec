"""A foreign id in a command of the panel is answered like one that does not exist (S-02).

The other messages with an id have tests of their own: the audio offer in
`tests/apps/ccp/test_panel_audio.py`, the caller's token in `tests/apps/voice/test_resumed_line.py`.
"""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from apps.agents.models import Agent, AgentStatus
from apps.agents.services.panels import PanelFacts, open_panel
from apps.ccp import commands
from apps.ccp.sessions import PanelSession
from apps.core.errors import DomainError
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from tests.architecture import rows
from tests.people import hire

pytestmark = pytest.mark.db

Find = Callable[[Instance], UUID]


def _contact(instance: Instance) -> UUID:
    return UUID(rows.contact(instance)["public_id"])


def _status(instance: Instance) -> UUID:
    return AgentStatus.objects.get(kind=AgentStatus.Kind.ROUTABLE).public_id


def _panel(instance: Instance) -> UUID:
    agent = Agent.objects.get(user=hire(instance, "olga"))
    facts = PanelFacts(key=uuid4(), process="test", session_key="", is_ready=True, error="")
    return open_panel(agent, facts).key


# The parameter of each command that names a row, and a row of another instance; None: names none.
COMMANDS: dict[str, tuple[str, Find] | None] = {
    "agent.set_status": ("status", _status),
    "contact.accept": ("contact", _contact),
    "contact.reject": ("contact", _contact),
    "contact.end": ("contact", _contact),
    "contact.clear": ("contact", _contact),
    "contact.become_available": ("contact", _contact),
    "connection.hold": ("contact", _contact),
    "connection.resume": ("contact", _contact),
    "connection.mute": ("contact", _contact),
    "connection.unmute": ("contact", _contact),
    "panel.take_audio": ("panel", _panel),
    "settings.save": None,
}


def test_every_command_of_the_panel_is_listed() -> None:
    assert set(COMMANDS) == set(commands._COMMANDS)


@pytest.mark.parametrize("name", [name for name, row in COMMANDS.items() if row])
def test_a_command_about_a_foreign_row_is_refused_like_one_about_nothing_s_02(
    demo_instance: Instance, other_instance: Instance, name: str
) -> None:
    parameter, find = COMMANDS[name] or ("", _contact)
    ana = hire(demo_instance, "ana")
    with instance_scope(demo_instance):
        agent = Agent.objects.get(user=ana)
    session = PanelSession(instance=demo_instance, agent_id=agent.pk, user_id=ana.pk)
    with instance_scope(other_instance):
        foreign = find(other_instance)

    answers = [refusal(session, name, {parameter: str(asked)}) for asked in (foreign, uuid4())]

    assert answers[0] == answers[1]


def refusal(session: PanelSession, name: str, params: dict[str, str]) -> tuple[str, str]:
    with pytest.raises(DomainError) as refused:
        session.command(name, params)
    return refused.value.code, str(refused.value.message)
