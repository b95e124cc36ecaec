"""What contacts look like in REST. Numbers are whole: whoever may search may see them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.contacts.domain.states import ContactState
from apps.contacts.models import Contact, ContactEvent, Offer
from apps.contacts.selectors import is_monitorable
from apps.contacts.services.explaining import DOING, WhyWaiting
from apps.core.api.rows import NamedSerializer
from apps.core.choices import choices_of
from apps.routing.domain.explanation import Obstacle

CONTACT_STATES = choices_of(ContactState)  # the document names them ContactStateEnum


class PersonSerializer(serializers.Serializer[Any]):
    """A user who did something."""

    id = serializers.UUIDField(source="public_id")
    username = serializers.CharField()
    name = serializers.CharField(source="display_name")


class ContactSerializer(serializers.ModelSerializer[Contact]):
    """One segment of a customer's journey; `agent` handled it last. Instants are in UTC."""

    id = serializers.UUIDField(source="public_id")
    queue = NamedSerializer(allow_null=True)
    agent = serializers.SerializerMethodField()

    class Meta:
        model = Contact
        fields = [
            "id",
            "initiation",
            "channel",
            "state",
            "customer_number",
            "system_number",
            "queue",
            "agent",
            "initiated_at",
            "enqueued_at",
            "connected_to_agent_at",
            "disconnected_at",
            "completed_at",
            "disconnect_reason",
        ]
        read_only_fields = fields

    @extend_schema_field(PersonSerializer(allow_null=True))
    def get_agent(self, contact: Contact) -> dict[str, Any] | None:
        joined = [offer for offer in contact.offers.all() if offer.connected_at is not None]
        return PersonSerializer(joined[-1].agent.user).data if joined else None


class ContactPageSerializer(serializers.Serializer[Any]):
    """One page of contacts."""

    results = ContactSerializer(many=True)
    next = serializers.CharField(allow_null=True)


class ContactEventSerializer(serializers.ModelSerializer[ContactEvent]):
    """One line of the history; `actor` is null when nobody asked for it."""

    actor = PersonSerializer(allow_null=True)
    details = serializers.DictField()

    class Meta:
        model = ContactEvent
        fields = ["kind", "at", "actor", "details"]
        read_only_fields = fields


class OfferSerializer(serializers.ModelSerializer[Offer]):
    """One ring at an agent; `why` are the facts routing decided on."""

    id = serializers.UUIDField(source="public_id")
    agent = PersonSerializer(source="agent.user")
    why = serializers.DictField()
    offered_at = serializers.DateTimeField(source="created_at")

    class Meta:
        model = Offer
        fields = [
            "id",
            "n",
            "agent",
            "state",
            "why",
            "end_reason",
            "offered_at",
            "accepted_at",
            "connected_at",
            "ended_at",
            "cleared_at",
        ]
        read_only_fields = fields


class ContactDetailSerializer(ContactSerializer):
    """A contact with its history and its offers; `attributes` is null for those not permitted."""

    initial = serializers.UUIDField(source="initial.public_id", default=None, allow_null=True)
    previous = serializers.UUIDField(source="previous.public_id", default=None, allow_null=True)
    next = serializers.UUIDField(source="next.public_id", default=None, allow_null=True)
    attributes = serializers.SerializerMethodField()
    is_monitorable = serializers.SerializerMethodField()
    events = ContactEventSerializer(many=True)
    offers = OfferSerializer(many=True)

    class Meta(ContactSerializer.Meta):
        fields = [
            *ContactSerializer.Meta.fields,
            "connected_to_system_at",
            "dequeued_at",
            "priority",
            "recorded",
            "is_monitorable",
            "initial",
            "previous",
            "next",
            "attributes",
            "events",
            "offers",
        ]
        read_only_fields = fields

    def get_attributes(self, contact: Contact) -> dict[str, str] | None:
        return contact.attributes if self.context["shows_attributes"] else None

    def get_is_monitorable(self, contact: Contact) -> bool:
        return is_monitorable(contact)


class AgentsDoingSerializer(serializers.Serializer[Any]):
    """How many of the agents who serve the queue do what."""

    doing = serializers.ChoiceField(choices=[(each, each) for each in DOING])
    count = serializers.IntegerField()


class WhyWaitingSerializer(serializers.Serializer[Any]):
    """Why a contact still waits, by the rule that decides who gets it.

    `obstacle` null: it is offered now (`is_offered`) or within a second. `ripe_at`: when the delay
    of those who are free has passed (too_young). `ahead`: contacts that they take first (behind).
    """

    is_offered = serializers.BooleanField()
    obstacle = serializers.ChoiceField(
        choices=choices_of(Obstacle),
        allow_null=True,
        source="why_not.obstacle",
        default=None,
    )
    ripe_at = serializers.DateTimeField(allow_null=True, source="why_not.ripe_at", default=None)
    ahead = serializers.ListField(
        child=serializers.UUIDField(), source="why_not.ahead", default=list
    )
    agents = serializers.SerializerMethodField()

    @extend_schema_field(AgentsDoingSerializer(many=True))
    def get_agents(self, why: WhyWaiting) -> list[dict[str, Any]]:
        return [{"doing": doing, "count": count} for doing, count in sorted(why.agents.items())]


class ContactQuery(serializers.Serializer[Any]):
    """What contacts to list; the instants bound the beginning of the contact."""

    queue = serializers.UUIDField(required=False)
    state = serializers.ChoiceField(choices=CONTACT_STATES, required=False)
    number = serializers.CharField(
        required=False,
        max_length=100,
        help_text="The customer's, in any writing of the home country; write + as %2B.",
    )
    initiated_after = serializers.DateTimeField(required=False)
    initiated_before = serializers.DateTimeField(required=False)
