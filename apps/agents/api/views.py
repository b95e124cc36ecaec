"""Agents in REST."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.agents.api.serializers import (
    AgentStatusPageSerializer,
    AgentStatusSerializer,
    StatusIntervalPageSerializer,
    StatusIntervalSerializer,
)
from apps.agents.selectors import agent_statuses, agents, status_history
from apps.core.api.pages import PAGE_PARAMETERS, page_response
from apps.core.api.rows import one_of
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


class StatusHistory(InstanceApiView):
    """What an agent's status was, and from when to when (SR-008)."""

    permission = "AccessMetrics"

    @extend_schema(
        operation_id="agent_status_history",
        parameters=PAGE_PARAMETERS,
        responses=StatusIntervalPageSerializer,
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        return page_response(
            request,
            status_history(one_of(agents(), public_id)),
            column="-started_at",
            serializer=StatusIntervalSerializer,
        )
