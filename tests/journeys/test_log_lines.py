"""Log lines say whose they are: instance, agent and call, wherever they are written (A-05)."""

import pytest
from structlog.contextvars import get_contextvars

from apps.agents.models import AgentStatus
from apps.ccp.sessions import PanelSession
from apps.contacts.services import availability
from apps.contacts.services.rows import call_work
from tests.journeys.house import House

pytestmark = pytest.mark.journey


def test_a_line_written_in_a_command_names_instance_and_agent_a_05(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, said = house.agent("ana"), []
    session = PanelSession(instance=house.instance, agent_id=ana.pk, user_id=ana.user_id)
    monkeypatch.setattr(
        availability, "set_status", lambda **_facts: said.append(dict(get_contextvars()))
    )

    session.command("agent.set_status", {"status": str(AgentStatus.objects.all()[0].public_id)})

    (line,) = said
    assert (line["instance"], line["agent"]) == (house.instance.alias, str(ana.public_id))


def test_a_line_written_while_a_call_is_changed_names_the_call_a_05(house: House) -> None:
    call = house.arrive().call

    with call_work(call.pk):
        line = dict(get_contextvars())

    assert (line["instance"], line["call"]) == (house.instance.alias, str(call.public_id))
    assert "call" not in get_contextvars()
