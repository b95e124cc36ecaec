"""What the signed-in agent's own settings look like in REST."""

from typing import Any

from rest_framework import serializers

from apps.agents.models import Agent
from apps.core.api.rows import NamedSerializer
from apps.routing.api.serializers import RoutingProfileSerializer


class OwnStatusSerializer(NamedSerializer):
    """A status as chosen."""

    type = serializers.CharField(source="kind")


class OwnAgentSerializer(serializers.ModelSerializer[Agent]):
    """The same wherever the agent signs in (SR-003); `acw_seconds` 0 is until cleared."""

    id = serializers.UUIDField(source="public_id")
    username = serializers.CharField(source="user.username")
    name = serializers.CharField(source="user.display_name")
    routing_profile = RoutingProfileSerializer()
    status = OwnStatusSerializer()
    next_status = OwnStatusSerializer(allow_null=True)

    class Meta:
        model = Agent
        fields = [
            "id",
            "username",
            "name",
            "routing_profile",
            "phone_type",
            "desk_phone_number",
            "is_phone_locked",
            "auto_accept",
            "acw_seconds",
            "status",
            "status_since",
            "next_status",
        ]
        read_only_fields = fields


class StatusChoiceSerializer(serializers.Serializer[Any]):
    """The id of the status to be in; during a contact it becomes the next status."""

    status = serializers.UUIDField()
