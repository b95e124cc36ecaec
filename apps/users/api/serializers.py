"""What users look like in REST; a password never does (SR-053)."""

from typing import Any

from rest_framework import serializers

from apps.instances.api.serializers import InstanceSerializer
from apps.users.models import SignIn, User


class UserSerializer(serializers.ModelSerializer[User]):
    """A user as others see one."""

    id = serializers.UUIDField(source="public_id", read_only=True)

    class Meta:
        model = User
        fields = ["id", "username", "first_name", "last_name", "email", "is_active"]
        read_only_fields = fields


class PreferencesSerializer(serializers.ModelSerializer[User]):
    """What a person chooses for the own panel."""

    class Meta:
        model = User
        fields = ["theme", "single_key_shortcuts", "language"]


class MeSerializer(serializers.Serializer[Any]):
    """Who is signed in, where, and with which permissions; operators have no instance."""

    user = UserSerializer()
    instance = InstanceSerializer(allow_null=True)
    permissions = serializers.ListField(child=serializers.CharField())


class UserPageSerializer(serializers.Serializer[Any]):
    """One page of users."""

    results = UserSerializer(many=True)
    next = serializers.CharField(allow_null=True)


class SignInSerializer(serializers.ModelSerializer[SignIn]):
    """A session from its beginning to its end; `ended_at` null while it lasts, `end` says how."""

    id = serializers.UUIDField(source="public_id")

    class Meta:
        model = SignIn
        fields = ["id", "started_at", "ended_at", "end"]
        read_only_fields = fields


class SignInPageSerializer(serializers.Serializer[Any]):
    """One page of a user's sign-ins, the newest first."""

    results = SignInSerializer(many=True)
    next = serializers.CharField(allow_null=True)
