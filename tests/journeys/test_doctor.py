"""Each kind of damage is found, alarmed and repaired; a whole house is left as it is (R-12)."""

import json
from collections.abc import Iterator
from io import StringIO
from typing import Any, cast

import pytest
from _pytest.mark import ParameterSet
from django.core.management import CommandError, call_command
from django.db import connection

from apps.agents.models import Agent, AgentStatus
from apps.alarms import checks
from apps.alarms.models import Alarm
from apps.alarms.watch import Watch
from apps.contacts.models import Contact, ContactEvent, Offer
from apps.contacts.services import availability, ending
from apps.instances.scope import unscoped
from apps.instances.services.instances import create_instance
from apps.routing.models import Queue
from tests.images import Image
from tests.journeys.damages import DAMAGES, Damaged
from tests.journeys.house import MOMENTS, House
from tests.journeys.invariants import quick_checks

pytestmark = pytest.mark.journey


def one_of_each_check() -> Iterator[ParameterSet]:
    """Every damage; those whose check had one already are for the long run."""
    seen: set[str] = set()
    for damage in DAMAGES:
        yield pytest.param(damage, marks=[pytest.mark.long] if damage.code in seen else [])
        seen.add(damage.code)


by_check = pytest.mark.parametrize("damage", list(one_of_each_check()), ids=str)


def doctor(*arguments: str) -> tuple[int, str]:
    """The command's exit code and what it said."""
    said = StringIO()
    try:
        call_command("doctor", *arguments, stdout=said)
    except SystemExit as end:
        return cast(int, end.code), said.getvalue()
    return 0, said.getvalue()


def everything() -> list[str]:
    """The whole database, row by row."""
    connection.ensure_connection()
    return list(connection.connection.iterdump())


def gets_a_call(house: House, agent: Agent) -> bool:
    """Whether the agent is rung, once whatever still goes on is over."""
    for contact in Contact.objects.filter(disconnected_at=None):
        ending.hang_up(contact=contact)
    held = availability.held_offer(agent)
    if held is not None:
        availability.clear(agent_id=agent.pk, offer=held)
    house.available(agent)
    house.queued()
    house.route()
    return house.state(agent) == "incoming"


def test_every_check_has_a_damage_that_it_is_tried_with() -> None:
    planted = {damage.code for damage in DAMAGES} | {"foreign_reference"}

    assert planted == {check.code for check in checks.registered()}


@by_check
def test_a_damage_is_found_alarmed_and_repaired_r_12(
    house: House, ana: Agent, damage: Damaged
) -> None:
    """R-12: afterwards no rule is broken, nothing of the history is lost, the agent is rung."""
    damage.happen(house, ana)
    history = set(ContactEvent.objects.values_list("pk", flat=True))
    watch = Watch()

    watch.look()
    assert not Alarm.objects.exists()
    watch.look()
    alarms = Alarm.objects.filter(kind=damage.code, closed_at=None, instance=house.instance)
    assert alarms.exists()

    code, said = doctor()
    assert (code, "Not repaired" in said) == (2, False), said
    assert not quick_checks().breaches(house.node)
    assert doctor() == (0, "Nothing is damaged.\n")
    assert history <= set(ContactEvent.objects.values_list("pk", flat=True))
    watch.look()
    assert not Alarm.objects.filter(closed_at=None).exists()
    assert gets_a_call(house, ana)


@by_check
def test_the_quick_checks_of_the_model_find_each_damage(
    house: House, ana: Agent, damage: Damaged
) -> None:
    quick = quick_checks()
    assert not quick.breaches(house.node)
    whole = Image()

    damage.happen(house, ana)

    assert any(damage.code in sentence for sentence in quick.breaches(house.node))
    whole.put_back()


@by_check
def test_what_is_gone_when_the_lock_is_held_is_left_alone(
    house: House, ana: Agent, damage: Damaged
) -> None:
    """Found while the house works, mended by itself before the doctor comes to it."""
    whole = Image()
    damage.happen(house, ana)
    broken = Image()
    house.instance.refresh_from_db()
    found = [(check, list(check.find())) for check in checks.registered()]
    broken.put_back()
    whole.put_back()
    before = everything()

    for check, damages in found:
        for each in damages:
            check.repair(each)

    assert everything() == before


@pytest.mark.parametrize("moment", [*MOMENTS, "acw"])
def test_an_undamaged_house_is_left_as_it_is(house: House, ana: Agent, moment: str) -> None:
    """Not one byte, with a live call at each of its moments."""
    Damaged("", moment, lambda *_: None).happen(house, ana)
    before = everything()

    assert doctor() == (0, "Nothing is damaged.\n")
    assert doctor("--dry-run")[0] == 0
    assert everything() == before


def test_looking_only_changes_nothing(house: House, ana: Agent) -> None:
    DAMAGES[0].happen(house, ana)
    before = everything()

    code, said = doctor("--dry-run")

    assert code == 1
    assert "nothing was changed" in said
    assert everything() == before
    assert doctor()[0] == 2


def test_a_caller_who_waits_is_not_sent_away_by_a_repair(house: House, ana: Agent) -> None:
    """A ring without a deadline: the agent is free, the caller keeps the place and rings again."""
    house.available(ana)
    customer = house.reach("ringing", ana)
    place = Contact.objects.get().effective_enqueued_at
    Offer.objects.update(due_at=None)

    assert doctor()[0] == 2

    customer.refresh_from_db()
    assert customer.state == "connected"
    assert Contact.objects.get().effective_enqueued_at == place
    assert house.state(ana) == "available"
    house.sweep()
    assert house.state(ana) == "incoming"


def test_a_conversation_that_ends_says_that_it_was_repaired(house: House, ana: Agent) -> None:
    house.available(ana)
    house.reach("talking", ana)
    Offer.objects.update(connection=None)

    doctor()

    contact = Contact.objects.get()
    assert (contact.state, contact.disconnect_reason) == ("completed", "OTHER")
    assert contact.events.filter(kind="repaired", details__check="offer_without_line").exists()


def test_a_reference_to_another_instance_is_told_and_left_to_people(
    house: House, ana: Agent
) -> None:
    """Decision 11: neither the database nor `update()` keeps foreign keys inside a tenant."""
    other = create_instance(alias="other", name="Other Bank")
    house.reach("queued", ana)
    with unscoped("a foreign row"):
        queue = Queue.objects.filter(instance=other)[0]
        Contact.objects.update(queue=queue)

    code, said = doctor()

    assert code == 1
    assert "belongs to another instance" in said
    with unscoped("a foreign row"):
        assert Contact.objects.get().queue_id == queue.pk
        Contact.objects.update(queue=Queue.objects.filter(instance=house.instance)[0])


def test_a_repair_that_fails_is_told_and_the_others_go_on(
    house: House, ana: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.available(ana)
    house.reach("talking", ana)
    house.choose(house.agent("bob"), AgentStatus.Kind.OFFLINE)
    Offer.objects.update(connection=None)
    Agent.objects.filter(pk=house.people["bob"]).update(available_since="2026-01-01T00:00Z")

    with monkeypatch.context() as patch:
        patch.setattr(ending, "disconnect", _fails)
        code, said = doctor("--json")

    report = json.loads(said)
    repaired = {found["check"]: found["repaired"] for found in report["findings"]}
    assert (code, report["status"]) == (1, "damaged")
    assert repaired == {
        "offer_without_line": False,
        "agent_on_call_without_offer": False,
        "agent_free_and_not_able": True,
    }
    assert "a broken service" in said
    assert doctor()[0] == 2


def _fails(*_arguments: Any, **_facts: Any) -> Any:
    raise RuntimeError("a broken service")


def test_one_instance_only_is_looked_at_on_demand(house: House, ana: Agent) -> None:
    create_instance(alias="other", name="Other Bank")
    DAMAGES[0].happen(house, ana)

    assert doctor("--instance", "other")[0] == 0
    assert doctor("--instance", "demo")[0] == 2
    with pytest.raises(CommandError, match="no instance nowhere"):
        doctor("--instance", "nowhere")


def test_a_check_that_fails_hides_nothing_of_the_others(
    house: House, ana: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = checks.Check("broken", "A check that fails", find=_fails, repair=_fails)
    monkeypatch.setitem(checks._registered, "broken", broken)
    DAMAGES[0].happen(house, ana)
    watch = Watch()

    watch.look()
    watch.look()

    assert Alarm.objects.filter(kind=DAMAGES[0].code).exists()
    code, said = doctor()
    assert code == 1
    assert "The check broken could not be carried out: a broken service" in said
    monkeypatch.undo()
    assert doctor()[0] == 0
