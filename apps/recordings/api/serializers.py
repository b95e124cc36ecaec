"""What a recording looks like in REST: all that a player needs."""

from typing import Any

from rest_framework import serializers

from apps.recordings.models import Recording

RECORDING_STATES = Recording.State.choices  # the document names them RecordingStateEnum
PARTICIPANTS = ("agent", "customer")


class PeaksSerializer(serializers.Serializer[Any]):
    """Loudness over time, 0 to 1: `per_second` values for each second; a side may be empty."""

    per_second = serializers.FloatField()
    customer = serializers.ListField(child=serializers.FloatField())
    agent = serializers.ListField(child=serializers.FloatField())


class RecordingSerializer(serializers.Serializer[Any]):
    """The recording of a contact: stereo WebM Opus, the customer left, the agent right.

    `url` and `download_url` must be begun within 60 seconds; ask again for fresh ones. They are
    null unless the recording is available and the caller may do it.
    """

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=RECORDING_STATES)
    is_partial = serializers.BooleanField()
    participants = serializers.ListField(child=serializers.ChoiceField(choices=PARTICIPANTS))
    started_at = serializers.DateTimeField()
    duration_ms = serializers.IntegerField(allow_null=True)
    size = serializers.IntegerField(allow_null=True)
    error = serializers.CharField(allow_null=True)
    deleted_reason = serializers.CharField(allow_null=True)
    url = serializers.CharField(allow_null=True)
    download_url = serializers.CharField(allow_null=True)
    peaks = PeaksSerializer(allow_null=True)


class DeletionSerializer(serializers.Serializer[Any]):
    """Why the recording is deleted; it stays in the contact's history."""

    reason = serializers.CharField(max_length=300)
