"""What flows look like in REST."""

from typing import Any

from rest_framework import serializers

from apps.flows.models import ContactFlow, FlowType


class ContactFlowSerializer(serializers.ModelSerializer[ContactFlow]):
    """A flow; `published_version` is the number of the version that new contacts run."""

    id = serializers.UUIDField(source="public_id")
    type = serializers.CharField(source="kind")
    published_version = serializers.IntegerField(
        source="published.number", default=None, allow_null=True
    )

    class Meta:
        model = ContactFlow
        fields = [
            "id",
            "name",
            "type",
            "description",
            "is_default",
            "is_archived",
            "published_version",
        ]
        read_only_fields = fields


class ContactFlowPageSerializer(serializers.Serializer[Any]):
    """One page of flows."""

    results = ContactFlowSerializer(many=True)
    next = serializers.CharField(allow_null=True)


class PublishedFlowSerializer(ContactFlowSerializer):
    """A flow with the content of its published version; null before the first one."""

    content = serializers.DictField(source="published.content", default=None, allow_null=True)

    class Meta(ContactFlowSerializer.Meta):
        fields = [*ContactFlowSerializer.Meta.fields, "content"]
        read_only_fields = fields


class FlowDraftSerializer(serializers.Serializer[Any]):
    """A flow to be checked: its type and the JSON object that an export holds."""

    type = serializers.ChoiceField(choices=FlowType.choices)
    content = serializers.DictField()


class ProblemSerializer(serializers.Serializer[Any]):
    """One finding; `action` names the block, empty for the whole flow. Errors stop publishing."""

    code = serializers.CharField()
    message = serializers.CharField()
    remedy = serializers.CharField()
    action = serializers.CharField()
    block = serializers.CharField()
    severity = serializers.ChoiceField(choices=["error", "warning"])


class FlowCheckSerializer(serializers.Serializer[Any]):
    """All findings at once."""

    is_publishable = serializers.BooleanField()
    problems = ProblemSerializer(many=True)
