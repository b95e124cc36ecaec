"""The contact record: there when the work is cleared, the same however often it is read."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.contacts.models import Connection, Contact
from apps.contacts.services import ending
from apps.contacts.services.record import contact_record
from apps.contacts.services.rows import record
from apps.core import clock
from apps.instances.arn import account_of, instance_arn
from apps.recordings.models import Recording
from apps.routing.models import Queue, RoutingProfile
from tests.journeys.house import MOMENTS, NUMBER, House
from tests.people import user_with
from tests.rest import DEMO, check_problem, signed_in

pytestmark = pytest.mark.journey

FIELDS = {
    *("AWSAccountId", "AWSContactTraceRecordFormatVersion", "Agent", "AgentConnectionAttempts"),
    *("Attributes", "Channel", "ConnectedToSystemTimestamp", "ContactId", "CustomerEndpoint"),
    *("DisconnectReason", "DisconnectTimestamp", "InitialContactId", "InitiationMethod"),
    *("InitiationTimestamp", "InstanceARN", "LastUpdateTimestamp", "MediaStreams"),
    *("NextContactId", "PreviousContactId", "Queue", "Recording", "Recordings"),
    *("SystemEndpoint", "TransferCompletedTimestamp", "TransferredToEndpoint"),
}


@pytest.fixture
def admin(house: House) -> Client:
    return signed_in(user_with(house.instance, "ada", "Admin"))


def address(connection: Connection) -> str:
    return f"{DEMO}/contacts/{connection.contact.public_id}/record"


def stamp(seconds: float, *, since: Contact) -> str:
    """An instant of the record, counted from the contact's beginning."""
    at = since.initiated_at + timedelta(seconds=seconds)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def whole_call(house: House) -> Connection:
    """10 s in the queue, rejected by ana, 60 s with mia of which 14 s on hold, 7 s of work."""
    ana, mia = house.agent("ana"), house.agent("mia")
    customer = house.queued()
    house.wait(10)
    house.available(ana)
    house.route()
    house.command(ana, "contact.reject", customer.contact)
    house.available(mia)
    house.route()
    house.command(mia, "contact.accept", customer.contact)
    own = house.line(mia)
    house.node.connected(own)
    house.node.played(own)
    house.node.played(customer)
    for seconds, command in ((20, "hold"), (5, "resume"), (20, "hold"), (9, "resume"), (6, "")):
        house.wait(seconds)
        if command:
            house.command(mia, f"connection.{command}", customer.contact)
    house.command(mia, "contact.end", customer.contact)
    house.wait(7)
    house.command(mia, "contact.clear", customer.contact)
    return customer


def test_a_whole_call_is_told_in_the_fields_of_the_format(house: House, admin: Client) -> None:
    customer = whole_call(house)
    mia, queue = house.agent("mia"), Queue.objects.get(name="BasicQueue")
    contact = Contact.objects.get(pk=customer.contact_id)

    told = admin.get(address(customer)).json()

    prefix = instance_arn(house.instance)
    assert set(told) == FIELDS
    assert told["AWSAccountId"] == account_of(house.instance)
    assert told["InstanceARN"] == prefix
    assert told["ContactId"] == told["InitialContactId"] == str(contact.public_id)
    assert (told["PreviousContactId"], told["NextContactId"]) == (None, None)
    assert (told["Channel"], told["InitiationMethod"]) == ("VOICE", "INBOUND")
    assert told["CustomerEndpoint"] == {"Type": "TELEPHONE_NUMBER", "Address": "+12065550123"}
    assert told["SystemEndpoint"] == {"Type": "TELEPHONE_NUMBER", "Address": NUMBER}
    assert told["Attributes"]["Booking"] == "QX7"
    assert told["AgentConnectionAttempts"] == 2
    assert told["DisconnectReason"] == "AGENT_DISCONNECT"
    assert told["InitiationTimestamp"] == told["ConnectedToSystemTimestamp"]
    assert told["DisconnectTimestamp"] == stamp(70, since=contact)
    assert told["LastUpdateTimestamp"] == stamp(77, since=contact)
    assert told["Queue"] == {
        "ARN": f"{prefix}/queue/{queue.public_id}",
        "Name": "BasicQueue",
        "EnqueueTimestamp": stamp(0, since=contact),
        "DequeueTimestamp": stamp(10, since=contact),
        "Duration": 10,
    }
    assert told["Agent"] == {
        "ARN": f"{prefix}/agent/{mia.public_id}",
        "Username": "mia",
        "RoutingProfile": {
            "ARN": f"{prefix}/routing-profile/{mia.routing_profile.public_id}",
            "Name": mia.routing_profile.name,
        },
        "HierarchyGroups": None,
        "ConnectedToAgentTimestamp": stamp(10, since=contact),
        "AgentInteractionDuration": 46,
        "CustomerHoldDuration": 14,
        "LongestHoldDuration": 9,
        "NumberOfHolds": 2,
        "AfterContactWorkStartTimestamp": stamp(70, since=contact),
        "AfterContactWorkEndTimestamp": stamp(77, since=contact),
        "AfterContactWorkDuration": 7,
    }


def test_an_abandoned_contact_was_enqueued_and_never_connected_to_an_agent(
    house: House, admin: Client
) -> None:
    customer = house.queued()
    house.wait(12)
    house.node.lost(customer)
    house.wait(30)

    told = admin.get(address(customer)).json()

    assert told["Agent"] is None
    assert told["Queue"]["EnqueueTimestamp"] < told["Queue"]["DequeueTimestamp"]
    assert told["AgentConnectionAttempts"] == 0


def test_a_record_is_there_at_once_when_the_work_is_cleared_and_not_before_l_06(
    house: House, admin: Client
) -> None:
    """The clock stands still between the command and the question."""
    ana = house.agent("ana")
    house.available(ana)
    for moment in MOMENTS:
        customer = house.reach(moment, ana)
        check_problem(admin.get(address(customer)), status=409, code="CONTACT_NOT_COMPLETE")
        if moment in ("talking", "hold"):
            house.command(ana, "contact.end", customer.contact)
            check_problem(admin.get(address(customer)), status=409, code="CONTACT_NOT_COMPLETE")
            house.command(ana, "contact.clear", customer.contact)
        else:
            ending.hang_up(contact=customer.contact)
        assert admin.get(address(customer)).status_code == 200, moment


def test_a_record_stays_the_same_whatever_is_renamed_and_however_often_it_is_read(
    house: House, admin: Client
) -> None:
    customer = whole_call(house)
    first = admin.get(address(customer)).json()

    house.wait(100)
    Queue.objects.update(name="Renamed")
    RoutingProfile.objects.update(name="Renamed")
    mia = house.agent("mia")
    mia.user.username = "maria"
    mia.user.save()
    record(customer.contact, "recording_played", at=clock.now(), actor=mia.user)

    assert admin.get(address(customer)).json() == first


def test_a_record_changes_with_attributes_and_with_what_becomes_of_the_recording(
    house: House, admin: Client
) -> None:
    customer = whole_call(house)
    contact = Contact.objects.get(pk=customer.contact_id)
    row, _made = Recording.objects.get_or_create(
        contact=contact, instance=house.instance, defaults={"participants": ["agent", "customer"]}
    )
    before = admin.get(address(customer)).json()

    house.wait(100)
    Recording.objects.filter(pk=row.pk).update(state="available", key="demo/a.webm")
    record(contact, "recording_available", at=clock.now())
    Contact.objects.filter(pk=contact.pk).update(attributes={"Booking": "NEW"})
    after = admin.get(address(customer)).json()

    assert before["Recording"]["Status"] is None
    assert after["Recording"]["Status"] == "AVAILABLE"
    assert after["Recording"]["Location"] == after["Recordings"][0]["Location"] == "demo/a.webm"
    assert after["Recordings"][0]["ParticipantType"] == "All"
    assert after["Attributes"] == {"Booking": "NEW"}
    assert after["LastUpdateTimestamp"] > before["LastUpdateTimestamp"]
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"Attributes", "LastUpdateTimestamp", "Recording", "Recordings"}


def test_attributes_in_the_record_are_for_their_permission_and_the_agent(house: House) -> None:
    customer = whole_call(house)
    manager = signed_in(user_with(house.instance, "max", "CallCenterManager"))
    mia, bob = (signed_in(house.agent(name).user) for name in ("mia", "bob"))

    assert manager.get(address(customer)).json()["Attributes"] is None
    assert mia.get(address(customer)).json()["Attributes"]["Booking"] == "QX7"
    check_problem(bob.get(address(customer)), status=403, code="PERMISSION_MISSING")


_STEPS = st.lists(st.integers(1, 40), min_size=1, max_size=4)


def test_whatever_the_call_was_durations_add_up_and_the_record_is_stable(house: House) -> None:
    """Holds of any length: talk and hold together are the conversation, to the second."""
    ana = house.agent("ana")
    house.available(ana)

    @settings(suppress_health_check=list(HealthCheck), max_examples=8)
    @given(_STEPS)
    def call(holds: list[int]) -> None:
        customer, _own = house.talking(ana)
        for seconds in holds:
            house.command(ana, "connection.hold", customer.contact)
            house.wait(seconds)
            house.command(ana, "connection.resume", customer.contact)
            house.wait(3)
        house.command(ana, "contact.end", customer.contact)
        house.command(ana, "contact.clear", customer.contact)
        told = [contact_record(_fresh(customer)) for _ in range(3)]
        assert told[0] == told[1] == told[2]
        _check(told[0]["Agent"], holds)

    call()


def _check(agent: dict[str, Any], holds: list[int]) -> None:
    assert agent["NumberOfHolds"] == len(holds)
    assert agent["CustomerHoldDuration"] == sum(holds)
    assert agent["LongestHoldDuration"] == max(holds)
    assert agent["AgentInteractionDuration"] == 3 * len(holds)


def _fresh(connection: Connection) -> Contact:
    return Contact.objects.get(pk=connection.contact_id)
