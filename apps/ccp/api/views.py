"""The signed-in agent in REST."""

from typing import cast

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.agents.selectors import agent_of_user, choosable_status
from apps.ccp.api.serializers import OwnAgentSerializer, StatusChoiceSerializer
from apps.ccp.sessions import CCP_ACCESS
from apps.contacts.services import availability
from apps.instances.api.base import InstanceApiView
from apps.users.models import User


class OwnAgent(InstanceApiView):
    """How the signed-in agent is set up: queues, telephone, limits and status."""

    permission = CCP_ACCESS

    @extend_schema(operation_id="own_agent", responses=OwnAgentSerializer)
    def get(self, request: Request) -> Response:
        agent = agent_of_user(cast(User, request.user))
        return Response(OwnAgentSerializer(agent).data)


class OwnStatus(InstanceApiView):
    """The status of the signed-in agent; held contacts make it the next one (SR-067)."""

    permission = CCP_ACCESS

    @extend_schema(
        operation_id="choose_own_status",
        request=StatusChoiceSerializer,
        responses=OwnAgentSerializer,
    )
    def put(self, request: Request) -> Response:
        user = cast(User, request.user)
        choice = StatusChoiceSerializer(data=request.data)
        choice.is_valid(raise_exception=True)
        agent = agent_of_user(user)
        chosen = choosable_status(choice.validated_data["status"])
        availability.set_status(agent_id=agent.pk, chosen=chosen)
        return Response(OwnAgentSerializer(agent_of_user(user)).data)
