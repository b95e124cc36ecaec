"""What queues, routing profiles and hours look like in REST."""

from typing import Any

from rest_framework import serializers

from apps.core.api.rows import NamedSerializer
from apps.routing.domain.week import wall_clock
from apps.routing.models import (
    HoursInterval,
    HoursOfOperation,
    Queue,
    RoutingProfile,
    RoutingProfileQueue,
)


class QueueSerializer(serializers.ModelSerializer[Queue]):
    """A waiting line; `max_contacts` null is without limit."""

    id = serializers.UUIDField(source="public_id")
    hours = NamedSerializer()

    class Meta:
        model = Queue
        fields = ["id", "name", "description", "is_enabled", "hours", "max_contacts"]
        read_only_fields = fields


class QueuePageSerializer(serializers.Serializer[Any]):
    """One page of queues."""

    results = QueueSerializer(many=True)
    next = serializers.CharField(allow_null=True)


class ProfileEntrySerializer(serializers.ModelSerializer[RoutingProfileQueue]):
    """One queue of a profile: priority 1 comes first, younger contacts than the delay wait."""

    queue = NamedSerializer()

    class Meta:
        model = RoutingProfileQueue
        fields = ["queue", "channel", "priority", "delay_seconds"]
        read_only_fields = fields


class RoutingProfileSerializer(serializers.ModelSerializer[RoutingProfile]):
    """Which queues its agents serve, and the one their own calls go out from."""

    id = serializers.UUIDField(source="public_id")
    default_outbound_queue = NamedSerializer()
    entries = ProfileEntrySerializer(many=True)

    class Meta:
        model = RoutingProfile
        fields = ["id", "name", "description", "default_outbound_queue", "entries"]
        read_only_fields = fields


class RoutingProfilePageSerializer(serializers.Serializer[Any]):
    """One page of routing profiles."""

    results = RoutingProfileSerializer(many=True)
    next = serializers.CharField(allow_null=True)


class IntervalSerializer(serializers.Serializer[HoursInterval]):
    """An open stretch of a weekday (0 is Monday), wall clock; it may end at 24:00."""

    weekday = serializers.IntegerField()
    start = serializers.SerializerMethodField(help_text="HH:MM")
    end = serializers.SerializerMethodField(help_text="HH:MM, 24:00 at most")

    def get_start(self, interval: HoursInterval) -> str:
        return wall_clock(interval.start_minute)

    def get_end(self, interval: HoursInterval) -> str:
        return wall_clock(interval.end_minute)


class HoursSerializer(serializers.ModelSerializer[HoursOfOperation]):
    """A calendar; without intervals it is never open."""

    id = serializers.UUIDField(source="public_id")
    intervals = IntervalSerializer(many=True)

    class Meta:
        model = HoursOfOperation
        fields = ["id", "name", "description", "time_zone", "intervals"]
        read_only_fields = fields


class HoursPageSerializer(serializers.Serializer[Any]):
    """One page of hours of operation."""

    results = HoursSerializer(many=True)
    next = serializers.CharField(allow_null=True)
