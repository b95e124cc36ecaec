"""What alarms look like in REST."""

from typing import Any

from rest_framework import serializers

from apps.alarms.models import Alarm
from apps.alarms.selectors import CLOSED, OPEN


class AlarmSerializer(serializers.ModelSerializer[Alarm]):
    """`instance_alias` is null where the whole installation is concerned. Instants in UTC."""

    id = serializers.UUIDField(source="public_id")
    instance_alias = serializers.SlugField(
        source="instance.alias", default=None, allow_null=True, read_only=True
    )
    details = serializers.DictField()

    class Meta:
        model = Alarm
        fields = [
            "id",
            "instance_alias",
            "kind",
            "cause",
            "severity",
            "message",
            "details",
            "opened_at",
            "last_seen_at",
            "count",
            "closed_at",
        ]
        read_only_fields = fields


class AlarmPageSerializer(serializers.Serializer[Any]):
    """One page of alarms."""

    results = AlarmSerializer(many=True)
    next = serializers.CharField(allow_null=True)


class AlarmQuery(serializers.Serializer[Any]):
    """What a caller may ask of the list of alarms."""

    state = serializers.ChoiceField(choices=[OPEN, CLOSED], required=False)
    kind = serializers.CharField(required=False, max_length=64, help_text="A stable code.")
