"""What an entry of the audit looks like in REST."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.audit.models import AuditEntry
from apps.core.acting import Door
from apps.core.choices import choices_of

ACTIONS = {
    AuditEntry.Action.CREATE: "created",
    AuditEntry.Action.UPDATE: "changed",
    AuditEntry.Action.DELETE: "deleted",
    AuditEntry.Action.ACCESS: "read",
}


class ChangedObjectSerializer(serializers.Serializer[Any]):
    """What it was done to; `id` is null for what has no public id, `name` as of then."""

    kind = serializers.CharField(help_text="`app.model`, as the filter `kind` takes it.")
    id = serializers.UUIDField(allow_null=True)
    name = serializers.CharField()


class ActorSerializer(serializers.Serializer[Any]):
    """Who did it; `id` and `username` are null for what is no user, or a deleted one."""

    id = serializers.UUIDField(allow_null=True)
    username = serializers.CharField(allow_null=True)
    name = serializers.CharField()


class ChangeSerializer(serializers.ModelSerializer[AuditEntry]):
    """One change or sensitive read. `changes` maps a field to [before, after]. Instants in UTC."""

    id = serializers.UUIDField(source="public_id")
    at = serializers.DateTimeField(source="timestamp")
    action = serializers.SerializerMethodField()
    reading = serializers.SerializerMethodField()
    object = serializers.SerializerMethodField()
    actor = serializers.SerializerMethodField()
    door = serializers.ChoiceField(choices=choices_of(Door))
    address = serializers.IPAddressField(source="remote_addr", allow_null=True)
    request_id = serializers.CharField(source="cid", allow_null=True)
    changes = serializers.DictField(
        child=serializers.ListField(child=serializers.JSONField(allow_null=True))
    )

    class Meta:
        model = AuditEntry
        fields = [
            "id", "at", "action", "reading", "object", "actor", "door", "address", "request_id",
            "changes",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=list(ACTIONS.values())))
    def get_action(self, entry: AuditEntry) -> str:
        return ACTIONS[entry.action]

    @extend_schema_field(
        serializers.ChoiceField(choices=AuditEntry.Reading.choices, allow_null=True)
    )
    def get_reading(self, entry: AuditEntry) -> str | None:
        return entry.reading or None

    @extend_schema_field(ChangedObjectSerializer)
    def get_object(self, entry: AuditEntry) -> dict[str, Any]:
        kind = f"{entry.content_type.app_label}.{entry.content_type.model}"
        found = {"kind": kind, "id": entry.object_public_id, "name": entry.object_repr}
        return dict(ChangedObjectSerializer(found).data)

    @extend_schema_field(ActorSerializer)
    def get_actor(self, entry: AuditEntry) -> dict[str, Any]:
        user = entry.actor
        found = {
            "id": user.public_id if user else None,
            "username": user.username if user else None,
            "name": entry.actor_name,
        }
        return dict(ActorSerializer(found).data)


class ChangePageSerializer(serializers.Serializer[Any]):
    """One page of entries, the newest first."""

    results = ChangeSerializer(many=True)
    next = serializers.CharField(allow_null=True)


class ChangeQuery(serializers.Serializer[Any]):
    """What changes to list."""

    since = serializers.DateTimeField(required=False)
    until = serializers.DateTimeField(required=False)
    user = serializers.CharField(
        required=False, max_length=100, help_text="A user name, or a part of a name."
    )
    kind = serializers.CharField(required=False, max_length=100, help_text="Such as routing.queue.")
    object = serializers.CharField(
        required=False, max_length=120, help_text="Such as routing.queue:0197a4c2-…"
    )
    text = serializers.CharField(
        required=False, max_length=200, help_text="A part of the object's name, or a request id."
    )
