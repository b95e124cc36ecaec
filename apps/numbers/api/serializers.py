"""What telephone numbers look like in REST."""

from typing import Any

from rest_framework import serializers

from apps.core.api.rows import NamedSerializer
from apps.numbers.domain.e164 import Preview, display
from apps.numbers.models import PhoneNumber


class PhoneNumberSerializer(serializers.ModelSerializer[PhoneNumber]):
    """A claimed number; `flow` answers calls to it."""

    id = serializers.UUIDField(source="public_id")
    display = serializers.SerializerMethodField()
    flow = NamedSerializer(allow_null=True)

    class Meta:
        model = PhoneNumber
        fields = ["id", "e164", "display", "description", "flow"]
        read_only_fields = fields

    def get_display(self, number: PhoneNumber) -> str:
        return display(number.e164)


class PhoneNumberPageSerializer(serializers.Serializer[Any]):
    """One page of telephone numbers."""

    results = PhoneNumberSerializer(many=True)
    next = serializers.CharField(allow_null=True)


class TypedNumberSerializer(serializers.Serializer[Any]):
    """A number as somebody typed it, in any writing of the instance's home country."""

    number = serializers.CharField(max_length=100, allow_blank=True, trim_whitespace=False)


class NumberPreviewSerializer(serializers.Serializer[Preview]):
    """The number that would be dialled, canonical and grouped for reading."""

    e164 = serializers.CharField(source="number.e164")
    display = serializers.CharField()
