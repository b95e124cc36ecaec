"""The facts a flow may ask for, read for one contact."""

import random
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from apps.agents.models import Agent
from apps.contacts import selectors
from apps.contacts.models import Contact, FlowRun
from apps.flows.domain.world import FlowVersion as PinnedVersion
from apps.flows.domain.world import Queue as FlowQueue
from apps.flows.models import ContactFlow, FlowVersion, Prompt
from apps.flows.selectors import pinned
from apps.flows.services.resources import by_reference
from apps.routing.models import HoursOfOperation, Queue
from apps.routing.registration import agent_queue
from apps.routing.selectors.hours import is_open


class ContactWorld:
    """`flows.domain.world.World` on the database, for one run at one instant."""

    def __init__(self, run: FlowRun, *, now: datetime) -> None:
        self._run = run
        self._contact: Contact = run.contact
        self._now = now
        self._versions: dict[str, PinnedVersion] = {}

    @cached_property
    def values(self) -> Mapping[str, Any]:
        return {**_of_contact(self._contact), "Agent": self._agent(), "Queue": self._queue_value()}

    @property
    def target_queue(self) -> str | None:
        queue = self._contact.target_queue
        return str(queue.public_id) if queue else None

    def queue(self, reference: str) -> FlowQueue | None:
        found = by_reference(Queue.objects.filter(kind=Queue.Kind.STANDARD), reference)
        return _flow_queue(found)

    def agent_queue(self, reference: str) -> FlowQueue | None:
        return _flow_queue(agent_queue(self._contact.instance, reference))

    def hours_open(self, hours: str | None, *, queue: str | None) -> bool | None:
        found = (
            by_reference(HoursOfOperation.objects.all(), hours) if hours else self._hours_of(queue)
        )
        return is_open(found, at=self._now) if found else None

    def metric(self, name: str, *, queue: str | None, agent: str | None) -> float | None:
        if agent:
            row = agent_queue(self._contact.instance, agent)
        else:
            row = by_reference(Queue.objects.all(), queue or "")
        return selectors.queue_metric(name, queue=row, now=self._now) if row else None

    def prompt(self, reference: str) -> str | None:
        found = by_reference(Prompt.objects.all(), reference)
        return str(found.public_id) if found else None

    def flow(self, reference: str) -> PinnedVersion | None:
        found = by_reference(ContactFlow.objects.filter(published__isnull=False), reference)
        return pinned(found.published) if found and found.published else None

    def version(self, version_id: str) -> PinnedVersion:
        """Asked for again and again within a step, and never changed: read once."""
        if version_id not in self._versions:
            self._versions[version_id] = pinned(self._row(version_id))
        return self._versions[version_id]

    def _row(self, version_id: str) -> FlowVersion:
        if str(self._run.version.public_id) == version_id:
            return self._run.version
        return FlowVersion.objects.select_related("flow").get(public_id=version_id)

    def random(self) -> float:
        return random.random()  # noqa: S311 - a percentage split, not a secret

    def _hours_of(self, queue: str | None) -> HoursOfOperation | None:
        row = by_reference(Queue.objects.select_related("hours"), queue) if queue else None
        return row.hours if row else None

    def _agent(self) -> dict[str, str]:
        agent: Agent | None = self._run.connection.agent or selectors.agent_of(self._contact)
        if agent is None:
            return {}
        user = agent.user
        names = {"FirstName": user.first_name, "LastName": user.last_name}
        return {"UserName": user.username, "ARN": str(user.public_id), **names}

    def _queue_value(self) -> dict[str, str]:
        queue = self._contact.queue or self._contact.target_queue
        return {"Name": queue.name, "ARN": str(queue.public_id)} if queue else {}


def _of_contact(contact: Contact) -> dict[str, Any]:
    initial, previous = contact.initial or contact, contact.previous
    return {
        "Attributes": contact.attributes,
        "Channel": contact.channel,
        "ContactId": str(contact.public_id),
        "InitialContactId": str(initial.public_id),
        "PreviousContactId": str(previous.public_id) if previous else None,
        "InitiationMethod": contact.initiation,
        "InstanceARN": str(contact.instance.public_id),
        "LanguageCode": contact.instance.language,
        "TextToSpeechVoiceId": contact.voice or None,
        "CustomerEndpoint": {"Address": contact.customer_number, "Type": "TELEPHONE_NUMBER"},
        "SystemEndpoint": {"Address": contact.system_number, "Type": "TELEPHONE_NUMBER"},
    }


def _flow_queue(row: Queue | None) -> FlowQueue | None:
    return FlowQueue(id=str(row.public_id), name=row.name) if row else None
