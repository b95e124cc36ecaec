"""What agents and their statuses look like in REST."""

from typing import Any

from rest_framework import serializers

from apps.agents.models import AgentStatus, AgentStatusChange


class AgentStatusSerializer(serializers.ModelSerializer[AgentStatus]):
    """A choice in the panel's header; the panel shows those that are enabled by `display_order`."""

    id = serializers.UUIDField(source="public_id")
    type = serializers.CharField(source="kind")

    class Meta:
        model = AgentStatus
        fields = ["id", "name", "description", "type", "is_enabled", "display_order"]
        read_only_fields = fields


class AgentStatusPageSerializer(serializers.Serializer[Any]):
    """One page of statuses."""

    results = AgentStatusSerializer(many=True)
    next = serializers.CharField(allow_null=True)


class StatusIntervalSerializer(serializers.ModelSerializer[AgentStatusChange]):
    """From one change of status to the next; `ended_at` null: until now. There are no gaps."""

    id = serializers.UUIDField(source="public_id")
    status = AgentStatusSerializer()

    class Meta:
        model = AgentStatusChange
        fields = ["id", "status", "started_at", "ended_at", "cause"]
        read_only_fields = fields


class StatusIntervalPageSerializer(serializers.Serializer[Any]):
    """One page of an agent's status history, the newest first."""

    results = StatusIntervalSerializer(many=True)
    next = serializers.CharField(allow_null=True)
