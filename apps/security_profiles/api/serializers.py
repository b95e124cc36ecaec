"""What permissions and profiles look like in REST."""

from typing import Any

from rest_framework import serializers

from apps.security_profiles.models import SecurityProfile


class PermissionSerializer(serializers.Serializer[Any]):
    """One right; `later` ones may be given but guard nothing yet."""

    name = serializers.CharField()
    group = serializers.CharField()
    resource = serializers.CharField()
    action = serializers.CharField()
    implies = serializers.ListField(child=serializers.CharField())
    later = serializers.BooleanField()


class SecurityProfileSerializer(serializers.ModelSerializer[SecurityProfile]):
    """A profile without its permissions."""

    id = serializers.UUIDField(source="public_id", read_only=True)

    class Meta:
        model = SecurityProfile
        fields = ["id", "name", "description"]
        read_only_fields = fields


class SecurityProfilePageSerializer(serializers.Serializer[Any]):
    """One page of profiles."""

    results = SecurityProfileSerializer(many=True)
    next = serializers.CharField(allow_null=True)
