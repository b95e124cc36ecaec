"""Flows on real rows: keys, time-outs, speech that is late or fails, whispers that are too long."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from apps.contacts.models import Connection, Contact, FlowRun
from apps.contacts.services import playing
from apps.core import jobs
from apps.flows.models import Asset
from apps.flows.services.assets import settle
from apps.flows.services.publishing import InvalidFlow
from apps.routing.services.queues import close_agent_queue
from tests.domain.flows.bench import act
from tests.journeys.flows import QUEUED, answer_with, ask_for_keys, make_default, menu, say
from tests.journeys.house import House

pytestmark = pytest.mark.journey


def state() -> str:
    return Contact.objects.get().state


@pytest.fixture
def unrendered(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on nobody renders: speech that is not known yet stays pending."""
    monkeypatch.setattr(jobs, "enqueue", lambda name, **ids: None)


def test_a_key_chooses_a_branch_and_stops_the_prompt(house: House) -> None:
    answer_with(house, menu())
    customer = house.call()
    assert house.node.heard_by(customer)

    house.node.pressed(customer, "1")

    assert state() == "queued"


def test_a_wrong_key_is_told_and_asked_again(house: House) -> None:
    answer_with(house, menu())
    customer = house.call()
    asked = house.node.heard_by(customer)

    house.node.pressed(customer, "7")
    assert house.node.heard_by(customer) != asked
    house.node.played(customer)

    assert house.node.heard_by(customer) == asked
    house.node.pressed(customer, "1")
    assert state() == "queued"


def test_the_time_for_a_key_begins_when_the_prompt_has_ended(house: House) -> None:
    answer_with(house, menu(seconds=5))
    customer = house.call()
    house.wait(20)
    assert state() == "in_flow"

    house.node.played(customer)
    house.wait(4)
    assert state() == "in_flow"
    house.wait(1)

    assert state() == "completed"
    assert house.node.desired(customer).ended
    assert Contact.objects.get().disconnect_reason == "CONTACT_FLOW_DISCONNECT"


def test_a_key_that_does_not_count_stops_nothing(house: House) -> None:
    """A to D are on some telephones, and no flow can ask for them."""
    answer_with(house, menu())
    customer = house.call()
    asked = house.node.heard_by(customer)

    house.node.pressed(customer, "A")

    assert house.node.heard_by(customer) == asked
    house.node.pressed(customer, "1")
    assert state() == "queued"


def test_a_question_without_an_end_gets_one_from_the_doctor(house: House) -> None:
    answer_with(house, menu(seconds=5))
    house.call()
    FlowRun.objects.update(player=None)

    with pytest.raises(SystemExit):
        call_command("doctor", stdout=StringIO())
    house.wait(4)
    assert state() == "in_flow"
    house.wait(1)

    assert state() == "completed"


def test_a_key_counts_though_the_prompt_is_not_rendered_yet_r_21(
    house: House, unrendered: None
) -> None:
    """R-21: the wait for the speech ends with the key, now and when the speech arrives later."""
    answer_with(house, ask_for_keys())
    customer = house.call()
    assert FlowRun.objects.get().waiting_asset_id is not None

    house.node.pressed(customer, "4")
    house.wait(3)
    settle(asset=Asset.objects.get(text="Enter your number."))
    house.node.pressed(customer, "2")
    house.wait(5)

    assert state() == "queued"
    assert FlowRun.objects.earliest("id").state["stored_input"] == "42"


def test_speech_with_the_callers_own_words_is_waited_for(house: House, unrendered: None) -> None:
    answer_with(house, say("Hello $.Attributes.Booking"))
    customer = house.call()
    assert house.node.heard_by(customer) == ()

    settle(asset=Asset.objects.get(text="Hello QX7"))

    assert house.node.heard_by(customer) == (Asset.objects.get(text="Hello QX7").key,)
    house.node.played(customer)
    assert state() == "queued"


def test_speech_that_was_ready_just_when_the_wait_began_is_found_by_the_sweep(
    house: House, unrendered: None
) -> None:
    """With row locks the wait may be committed after the look for those who wait: no wake-up."""
    answer_with(house, say("Hello $.Attributes.Booking"))
    customer = house.call()
    Asset.objects.filter(text="Hello QX7").update(state=Asset.State.READY)

    house.wait(1)

    assert house.node.heard_by(customer) == (Asset.objects.get(text="Hello QX7").key,)


def test_speech_that_never_comes_is_given_up(house: House, unrendered: None) -> None:
    answer_with(house, say("Hello $.Attributes.Booking"))
    house.call()

    house.wait(playing.ASSET_WITHIN.total_seconds() - 1)
    assert state() == "in_flow"
    house.wait(1)

    contact = Contact.objects.get()
    assert contact.state == "queued"
    assert contact.attributes["Sorry"] == "yes"


def test_speech_that_comes_after_all_changes_nothing_any_more(
    house: House, unrendered: None
) -> None:
    answer_with(house, say("Hello $.Attributes.Booking"))
    customer = house.call()
    house.wait(playing.ASSET_WITHIN.total_seconds())
    heard = house.node.heard_by(customer)

    settle(asset=Asset.objects.get(text="Hello QX7"))

    assert house.node.heard_by(customer) == heard


def test_speech_that_fails_takes_the_error_branch(house: House, unrendered: None) -> None:
    answer_with(house, say("Hello $.Attributes.Booking"))
    house.call()

    settle(asset=Asset.objects.get(text="Hello QX7"), failure="SPEECH_UNAVAILABLE")

    contact = Contact.objects.get()
    assert (contact.state, contact.attributes["Sorry"]) == ("queued", "yes")


def line_of(house: House, name: str) -> Connection:
    return house.line(house.agent(name))


def test_a_whisper_is_cut_after_120_seconds_each(house: House) -> None:
    """Decision 2: the agent's, then the customer's; then they are joined all the same."""
    ana = house.agent("ana")
    house.available(ana)
    customer = house.reach("agent_whisper", ana)

    house.wait(119)
    assert "music" in house.node.heard_by(customer)
    house.wait(1)
    assert house.node.heard_by(customer) == ("beep",)
    house.wait(119)
    assert house.state(ana) == "connecting"
    house.wait(1)

    assert house.state(ana) == "connected"
    assert house.node.heard_by(customer) == (line_of(house, "ana").leg,)


def test_a_queue_flow_that_ends_leaves_the_caller_waiting_with_music_r_21(house: House) -> None:
    """R-21: the caller stays in the queue and can still be answered."""
    make_default(
        house,
        "CUSTOMER_QUEUE",
        [
            act("Once", "MessageParticipant", {"Text": "Please wait."}, to="End"),
            act("End", "EndFlowExecution"),
        ],
    )
    ana = house.agent("ana")
    customer = house.queued()

    house.node.played(customer)

    assert state() == "queued"
    assert house.node.heard_by(customer) == ("music",)
    house.available(ana)
    house.route()
    house.command(ana, "contact.accept", customer.contact)
    house.node.connected(line_of(house, "ana"))
    house.node.played(line_of(house, "ana"))
    house.node.played(customer)
    assert house.state(ana) == "connected"


def test_a_queue_flow_that_hangs_up_withdraws_the_offer_r_22(house: House) -> None:
    """R-22: the flow lets the caller go while it rings at an agent."""
    make_default(
        house,
        "CUSTOMER_QUEUE",
        [
            act("Once", "MessageParticipant", {"Text": "Call again."}, to="Bye"),
            act("Bye", "DisconnectParticipant"),
        ],
    )
    ana = house.agent("ana")
    house.available(ana)
    customer = house.reach("ringing", ana)

    house.node.played(customer)

    assert state() == "completed"
    assert house.state(ana) == "available"


def test_a_full_queue_takes_its_branch(house: House) -> None:
    contact = house.queued().contact
    contact.refresh_from_db()
    assert contact.queue is not None
    contact.queue.max_contacts = 1
    contact.queue.save(update_fields=["max_contacts"])

    second = house.call()
    house.node.played(second)

    assert house.node.heard_by(second) != ()
    house.node.played(second)
    second.refresh_from_db()
    assert second.state == "disconnected"


def test_attributes_a_flow_cannot_set_take_the_error_branch(house: House) -> None:
    """A caller who brought too much must not keep a flow from setting its own."""
    answer_with(
        house,
        [
            act(
                "Set",
                "UpdateContactAttributes",
                {"Attributes": {"Authenticated": "no"}},
                to="Say",
                errors={"NoMatchingError": "Bye"},
            ),
            act("Say", "MessageParticipant", {"Text": "Welcome."}, to="Choose"),
            *QUEUED,
        ],
    )
    customer = house.arrive()
    Contact.objects.update(attributes={"Authenticated": "yes", "Much": "x" * 32_768})

    house.node.connected(customer)

    assert state() == "completed"


def choose_agent(reference: str) -> list[dict[str, Any]]:
    parameters, errors = {"AgentId": reference}, {"NoMatchingError": "Bye"}
    choose = act("Choose", "UpdateContactTargetQueue", parameters, to="Transfer", errors=errors)
    return [choose, *QUEUED[1:]]


@pytest.mark.parametrize("by", ["{id}", "arn:x/agent/{id}", "ANA"])
def test_a_flow_may_choose_an_agents_own_queue(house: House, by: str) -> None:
    user = house.agent("ana").user
    answer_with(house, choose_agent(by.format(id=user.public_id)))

    house.call()

    queue = Contact.objects.get().queue
    assert queue is not None
    assert queue.user == user


@pytest.mark.parametrize("agent", ["nobody", "BasicQueue", "bob"])
def test_a_flow_with_an_agent_nobody_is_or_who_has_left_is_not_published(
    house: House, agent: str
) -> None:
    close_agent_queue(house.agent("bob").user)

    with pytest.raises(InvalidFlow):
        answer_with(house, choose_agent(agent))
