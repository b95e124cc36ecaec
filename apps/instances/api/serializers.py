"""What an instance looks like in REST."""

from rest_framework import serializers
from rest_framework.request import Request

from apps.instances.models import Instance
from apps.instances.selectors import access_path


class InstanceSerializer(serializers.ModelSerializer[Instance]):
    """`access_url` is the log-in link to hand out (SR-012)."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    access_url = serializers.SerializerMethodField()

    class Meta:
        model = Instance
        fields = ["id", "alias", "name", "access_url", "country", "time_zone", "language"]
        read_only_fields = fields

    def get_access_url(self, instance: Instance) -> str:
        request: Request = self.context["request"]
        return request.build_absolute_uri(access_path(instance))
