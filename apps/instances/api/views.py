"""Instances in REST."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.instances.api.base import InstanceApiView
from apps.instances.api.serializers import InstanceSerializer


class InstanceDetail(InstanceApiView):
    """The instance of the signed-in user."""

    permission = None

    @extend_schema(operation_id="instance", responses=InstanceSerializer)
    def get(self, request: Request) -> Response:
        return Response(InstanceSerializer(self.instance, context={"request": request}).data)
