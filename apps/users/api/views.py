"""Users in REST."""

from typing import cast
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.api.pages import PAGE_PARAMETERS, page_response
from apps.core.api.rows import one_of
from apps.instances.access import access
from apps.instances.api.base import InstanceApiView
from apps.users import services
from apps.users.api.serializers import (
    MeSerializer,
    PreferencesSerializer,
    SignInPageSerializer,
    SignInSerializer,
    UserPageSerializer,
    UserSerializer,
)
from apps.users.models import User
from apps.users.selectors import sign_ins_of, users_of


class Me(APIView):
    """The signed-in person."""

    @extend_schema(operation_id="me", responses=MeSerializer)
    def get(self, request: Request) -> Response:
        user = cast(User, request.user)
        rights = access().permissions_of(user, user.instance) if user.instance else frozenset()
        me = {"user": user, "instance": user.instance, "permissions": sorted(rights)}
        return Response(MeSerializer(me, context={"request": request}).data)


class MyPreferences(APIView):
    """Theme, single-key shortcuts and language of the signed-in person."""

    @extend_schema(operation_id="my_preferences", responses=PreferencesSerializer)
    def get(self, request: Request) -> Response:
        return Response(PreferencesSerializer(cast(User, request.user)).data)

    @extend_schema(
        operation_id="save_my_preferences",
        request=PreferencesSerializer,
        responses=PreferencesSerializer,
    )
    def patch(self, request: Request) -> Response:
        user = cast(User, request.user)
        given = PreferencesSerializer(user, data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        saved = services.save_preferences(user, **given.validated_data)
        return Response(PreferencesSerializer(saved).data)


class UserList(InstanceApiView):
    """Everybody of the instance, by user name."""

    permission = "Users.View"

    @extend_schema(operation_id="users", parameters=PAGE_PARAMETERS, responses=UserPageSerializer)
    def get(self, request: Request) -> Response:
        return page_response(
            request, users_of(self.instance), column="username", serializer=UserSerializer
        )


class SignIns(InstanceApiView):
    """When a user signed in, and when and how that ended."""

    permission = "AccessMetrics"

    @extend_schema(
        operation_id="user_sign_ins", parameters=PAGE_PARAMETERS, responses=SignInPageSerializer
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        return page_response(
            request,
            sign_ins_of(one_of(users_of(self.instance), public_id)),
            column="-started_at",
            serializer=SignInSerializer,
        )
