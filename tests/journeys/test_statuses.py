"""Statuses of an instance's own: made, renamed, switched off; the two defaults stay (SR-072)."""

import pytest

from apps.agents.models import Agent, AgentStatus
from apps.agents.selectors import choosable_status
from apps.agents.services.statuses import (
    DefaultStatus,
    StatusInUse,
    StatusNameTaken,
    change_status,
    create_status,
    delete_status,
)
from apps.contacts.services import availability
from apps.core.errors import InvalidInput, NotFound
from tests.journeys.house import House

pytestmark = pytest.mark.journey


@pytest.fixture
def ana(house: House) -> Agent:
    ana = house.agent("ana")
    house.available(ana)
    return ana


def listed(house: House, agent: Agent) -> list[str]:
    return [status["name"] for status in house.panel(agent)["statuses"]]


def test_a_new_status_is_shown_in_open_panels_and_takes_the_agent_out_of_routing(
    house: House, ana: Agent
) -> None:
    before = Agent.objects.get(pk=ana.pk).snapshot_sequence

    lunch = create_status(instance=house.instance, name="Lunch", display_order=3)

    assert listed(house, ana) == ["Available", "Offline", "Lunch"]
    assert Agent.objects.get(pk=ana.pk).snapshot_sequence == before + 1
    availability.set_status(agent_id=ana.pk, chosen=lunch)
    house.queued()
    assert house.route() == 0


def test_a_status_that_is_switched_off_can_be_chosen_no_more(house: House, ana: Agent) -> None:
    lunch = create_status(instance=house.instance, name="Lunch", display_order=3)
    availability.set_status(agent_id=ana.pk, chosen=lunch)

    change_status(lunch, is_enabled=False)

    assert "Lunch" not in listed(house, ana)
    assert house.panel(ana)["statusName"] == "Lunch"
    with pytest.raises(NotFound):
        choosable_status(lunch.public_id)


@pytest.mark.parametrize("kind", ["ROUTABLE", "OFFLINE"])
def test_the_defaults_are_renamed_but_neither_deleted_nor_switched_off_sr_072(
    house: House, ana: Agent, kind: str
) -> None:
    """SR-072: 409, and the type is unchanged."""
    default = AgentStatus.objects.get(kind=kind)

    change_status(default, name="Bereit")

    with pytest.raises(DefaultStatus) as refused:
        delete_status(default)
    assert refused.value.status == 409
    with pytest.raises(DefaultStatus):
        change_status(default, is_enabled=False)
    default.refresh_from_db()
    assert (default.name, default.kind, default.is_enabled) == ("Bereit", kind, True)
    assert "Bereit" in listed(house, ana)


def test_a_status_of_somebodys_history_is_kept(house: House, ana: Agent) -> None:
    lunch = create_status(instance=house.instance, name="Lunch")
    unused = create_status(instance=house.instance, name="Training")
    availability.set_status(agent_id=ana.pk, chosen=lunch)
    house.choose(ana, "ROUTABLE")

    with pytest.raises(StatusInUse):
        delete_status(lunch)
    delete_status(unused)

    assert listed(house, ana) == ["Available", "Lunch", "Offline"]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"name": "OFFLINE"}, StatusNameTaken),
        ({"name": ""}, InvalidInput),
        ({"display_order": 99}, InvalidInput),
        ({"kind": "ROUTABLE"}, InvalidInput),
    ],
)
def test_what_cannot_be_is_refused_with_the_field(
    house: House, ana: Agent, changes: dict[str, object], error: type[InvalidInput]
) -> None:
    lunch = create_status(instance=house.instance, name="Lunch")

    with pytest.raises(error) as refused:
        change_status(lunch, **changes)

    assert refused.value.facts["field"] == next(iter(changes))
    lunch.refresh_from_db()
    assert (lunch.name, lunch.kind) == ("Lunch", "CUSTOM")
