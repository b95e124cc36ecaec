"""The demo with one agent who has a button and one who has none, and numbers without greetings."""

from uuid import UUID

from django.core.management import call_command

from apps.agents.models import Agent
from apps.agents.services.settings import PhoneSettings, set_phone_settings
from apps.contacts.models import Offer
from apps.flows.domain.types import FlowType
from apps.flows.models import ContactFlow
from apps.flows.services.publishing import create_flow, publish
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.numbers.models import PhoneNumber
from apps.numbers.services.numbers import attach_flow, claim_number
from connect.demo import ALIAS, ensure_demo
from tests.domain.flows.bench import act, raw_flow
from tests.journeys.flows import QUEUED

RECORDED = {"RecordingBehavior": {"RecordedParticipants": ["Agent", "Customer"]}}
NO_WHISPER = {
    "EventHooksConfiguration": {
        hook: {"DisableExecution": "true"} for hook in ("AgentWhisper", "CustomerWhisper")
    }
}
RECORD = act("Record", "UpdateContactRecordingBehavior", RECORDED, to="Choose")


class Desks:
    """Both numbers record and go to the queue at once; whispers are the shipped ones, or none."""

    def __init__(self, *, automatic: str, plain: str, whispered: str) -> None:
        call_command("migrate", verbosity=0)
        ensure_demo()
        self._instance = Instance.objects.get(alias=ALIAS)
        with instance_scope(self._instance):
            silent = act(
                "Hush",
                "UpdateContactEventHooks",
                NO_WHISPER,
                to="Record",
                errors={"NoMatchingError": "Bye"},
            )
            flow = self._flow("Plain", silent, RECORD, *QUEUED)
            attach_flow(PhoneNumber.objects.get(e164=plain), flow)
            flow = self._flow("Whispered", RECORD, *QUEUED)
            claim_number(instance=self._instance, e164=whispered, flow=flow)
            agent = Agent.objects.get(user__username=automatic)
            set_phone_settings(agent, PhoneSettings(auto_accept=True))

    def offered_at(self, contact: str) -> float:
        """When it was offered last, in seconds of the machine's clock."""
        with instance_scope(self._instance):
            offer = Offer.objects.filter(contact__public_id=UUID(contact)).latest("created_at")
            return offer.created_at.timestamp()

    def _flow(self, name: str, *actions: dict) -> ContactFlow:
        kind = FlowType.CONTACT_FLOW.value
        flow = create_flow(
            instance=self._instance, name=name, kind=kind, content=raw_flow(*actions)
        )
        publish(flow)
        return flow
