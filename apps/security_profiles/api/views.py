"""Permissions and security profiles in REST."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.api.pages import PAGE_PARAMETERS, page_response
from apps.instances.api.base import InstanceApiView
from apps.security_profiles.api.serializers import (
    PermissionSerializer,
    SecurityProfilePageSerializer,
    SecurityProfileSerializer,
)
from apps.security_profiles.domain.catalogue import CATALOGUE
from apps.security_profiles.models import SecurityProfile


class PermissionCatalogue(APIView):
    """Every permission there is, in the order of the editor (SR-020); the same for everybody."""

    @extend_schema(operation_id="permissions", responses=PermissionSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response(PermissionSerializer(list(CATALOGUE), many=True).data)


class SecurityProfileList(InstanceApiView):
    """The security profiles of the instance, by name."""

    permission = "SecurityProfiles.View"

    @extend_schema(
        operation_id="security_profiles",
        parameters=PAGE_PARAMETERS,
        responses=SecurityProfilePageSerializer,
    )
    def get(self, request: Request) -> Response:
        return page_response(
            request,
            SecurityProfile.objects.all(),
            column="name",
            serializer=SecurityProfileSerializer,
        )
