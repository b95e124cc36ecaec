"""Rows for the sweeps over all addresses, and the parameters that name them."""

from typing import Any

from apps.agents.models import Agent
from apps.agents.services.people import create_agent
from apps.audit.models import AuditEntry
from apps.contacts.models import Call, Contact
from apps.core import clock
from apps.flows.models import ContactFlow, Prompt
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.recordings.models import Recording
from apps.recordings.services.links import PLAY, token_for
from apps.routing.models import HoursOfOperation, Queue, RoutingProfile
from apps.users.models import User
from tests.people import user_with

Values = dict[str, str]


def instance(row: Instance) -> Values:
    return {"object_id": str(row.pk)}


def entry_of_the_installation(instance: Instance) -> Values:
    """Of somebody who belongs to no instance."""
    User.objects.create_superuser("rita", "Correct-Horse-7")
    entry = AuditEntry.objects.filter(instance=None)[0]
    return {"object_id": str(entry.pk)}


def queue(instance: Instance) -> Values:
    with instance_scope(instance):
        return _named(Queue.objects.get(name="BasicQueue"))


def routing_profile(instance: Instance) -> Values:
    with instance_scope(instance):
        return _named(RoutingProfile.objects.get())


def hours(instance: Instance) -> Values:
    with instance_scope(instance):
        return _named(HoursOfOperation.objects.get())


def contact_flow(instance: Instance) -> Values:
    with instance_scope(instance):
        return _named(ContactFlow.objects.filter(is_default=True)[0])


def prompt(instance: Instance) -> Values:
    with instance_scope(instance):
        return _named(Prompt.objects.get(name="Beep"))


def contact(instance: Instance) -> Values:
    with instance_scope(instance):
        call = Call.objects.create(instance=instance, node="test")
        return _named(
            Contact.objects.create(
                instance=instance,
                call=call,
                initiation=Contact.Initiation.INBOUND,
                system_number="+12065550100",
            )
        )


def waiting_contact(instance: Instance) -> Values:
    values = contact(instance)
    with instance_scope(instance):
        Contact.objects.filter(**values).update(
            state="queued",
            queue=Queue.objects.get(name="BasicQueue"),
            enqueued_at=clock.now(),
            effective_enqueued_at=clock.now(),
        )
    return values


def completed_contact(instance: Instance) -> Values:
    values = contact(instance)
    with instance_scope(instance):
        Contact.objects.filter(**values).update(state="completed", completed_at=clock.now())
    return values


def recorded_contact(instance: Instance) -> Values:
    values = contact(instance)
    with instance_scope(instance):
        recorded = Contact.objects.get(public_id=values["public_id"])
        Recording.objects.create(
            instance=instance,
            contact=recorded,
            participants=["agent", "customer"],
            state=Recording.State.FAILED,
        )
    return values


def recording_link(instance: Instance) -> Values:
    """A link of an administrator who was never told it."""
    recorded_contact(instance)
    with instance_scope(instance):
        recording = Recording.objects.latest("pk")
        recording.state = Recording.State.AVAILABLE
        recording.save()
    owner = user_with(instance, f"owner{recording.pk}", "Admin")
    return {"token": token_for(recording, user=owner, purpose=PLAY)}


def user(instance: Instance) -> Values:
    return _named(user_with(instance, f"person{User.objects.count()}"))


def agent(instance: Instance) -> Values:
    with instance_scope(instance):
        person = user_with(instance, f"agent{User.objects.count()}")
        profile = RoutingProfile.objects.get()
        return _named(create_agent(user=person, routing_profile=profile))


def everybody_an_agent(instance: Instance) -> Values:
    """For addresses about the signed-in agent: names no row, but there must be an agent."""
    with instance_scope(instance):
        profile = RoutingProfile.objects.get()
        for user in User.objects.filter(instance=instance):
            if not Agent.objects.filter(user=user).exists():
                create_agent(user=user, routing_profile=profile)
    return {}


def _named(row: Any) -> Values:
    return {"public_id": str(row.public_id)}
