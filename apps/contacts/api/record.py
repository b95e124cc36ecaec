"""What the contact record looks like in REST: the public format's own names (domain page, 14)."""

from typing import Any

from rest_framework import serializers


class EndpointSerializer(serializers.Serializer[Any]):
    """A telephone number in E.164."""

    Type = serializers.CharField()
    Address = serializers.CharField()


class RecordedNameSerializer(serializers.Serializer[Any]):
    """Something with the name it had when it played its part."""

    ARN = serializers.CharField()
    Name = serializers.CharField()


class QueueInfoSerializer(RecordedNameSerializer):
    EnqueueTimestamp = serializers.CharField()
    DequeueTimestamp = serializers.CharField(allow_null=True)
    Duration = serializers.IntegerField(help_text="Seconds in the queue.")


class AgentInfoSerializer(serializers.Serializer[Any]):
    """The agent who talked with the customer; durations in whole seconds."""

    ARN = serializers.CharField()
    Username = serializers.CharField()
    RoutingProfile = RecordedNameSerializer()
    HierarchyGroups = serializers.DictField(allow_null=True)
    ConnectedToAgentTimestamp = serializers.CharField()
    AgentInteractionDuration = serializers.IntegerField(help_text="Without the time on hold.")
    CustomerHoldDuration = serializers.IntegerField()
    LongestHoldDuration = serializers.IntegerField()
    NumberOfHolds = serializers.IntegerField()
    AfterContactWorkStartTimestamp = serializers.CharField(allow_null=True)
    AfterContactWorkEndTimestamp = serializers.CharField(allow_null=True)
    AfterContactWorkDuration = serializers.IntegerField()


class RecordingInfoSerializer(serializers.Serializer[Any]):
    """`Status` is null until the file is finished, then AVAILABLE or DELETED."""

    Type = serializers.CharField()
    Status = serializers.CharField(allow_null=True)
    Location = serializers.CharField(allow_null=True)
    DeletionReason = serializers.CharField(allow_null=True)


class StoredRecordingSerializer(serializers.Serializer[Any]):
    """One file; `ParticipantType` is All when both sides are in it."""

    StorageType = serializers.CharField()
    Location = serializers.CharField(allow_null=True)
    MediaStreamType = serializers.CharField()
    ParticipantType = serializers.CharField()
    StartTimestamp = serializers.CharField()
    StopTimestamp = serializers.CharField(allow_null=True)
    Status = serializers.CharField(allow_null=True)
    DeletionReason = serializers.CharField(allow_null=True)


class MediaStreamSerializer(serializers.Serializer[Any]):
    Type = serializers.CharField()


class ContactRecordSerializer(serializers.Serializer[Any]):
    """Instants are UTC, `yyyy-mm-ddThh:mm:ssZ`. `Attributes` is null for those not permitted."""

    AWSAccountId = serializers.CharField()
    AWSContactTraceRecordFormatVersion = serializers.CharField()
    Agent = AgentInfoSerializer(allow_null=True)
    AgentConnectionAttempts = serializers.IntegerField()
    Attributes = serializers.DictField(child=serializers.CharField(), allow_null=True)
    Channel = serializers.CharField()
    ConnectedToSystemTimestamp = serializers.CharField(allow_null=True)
    ContactId = serializers.UUIDField()
    CustomerEndpoint = EndpointSerializer(allow_null=True)
    DisconnectReason = serializers.CharField(allow_null=True)
    DisconnectTimestamp = serializers.CharField(allow_null=True)
    InitialContactId = serializers.UUIDField(allow_null=True)
    InitiationMethod = serializers.CharField()
    InitiationTimestamp = serializers.CharField()
    InstanceARN = serializers.CharField()
    LastUpdateTimestamp = serializers.CharField()
    MediaStreams = MediaStreamSerializer(many=True)
    NextContactId = serializers.UUIDField(allow_null=True)
    PreviousContactId = serializers.UUIDField(allow_null=True)
    Queue = QueueInfoSerializer(allow_null=True)
    Recording = RecordingInfoSerializer(allow_null=True)
    Recordings = StoredRecordingSerializer(many=True)
    SystemEndpoint = EndpointSerializer(allow_null=True)
    TransferCompletedTimestamp = serializers.CharField(allow_null=True)
    TransferredToEndpoint = EndpointSerializer(allow_null=True)
