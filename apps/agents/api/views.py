"""Agents in REST."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.agents.api.serializers import AgentStatusPageSerializer, AgentStatusSerializer
from apps.agents.selectors import agent_statuses
from apps.core.api.pages import PAGE_PARAMETERS, page_response
from apps.instances.api.base import InstanceApiView


class AgentStatusList(InstanceApiView):
    """The statuses of the instance, by name: for agents, and for those who manage statuses."""

    permission = ("BasicAgentAccess", "AgentStates.View")

    @extend_schema(
        operation_id="agent_statuses",
        parameters=PAGE_PARAMETERS,
        responses=AgentStatusPageSerializer,
    )
    def get(self, request: Request) -> Response:
        return page_response(
            request, agent_statuses(), column="name", serializer=AgentStatusSerializer
        )
