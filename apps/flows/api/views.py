"""Flows in REST."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.pages import PAGE_PARAMETERS, page_response
from apps.core.api.rows import one_of
from apps.flows.api.serializers import (
    ContactFlowPageSerializer,
    ContactFlowSerializer,
    FlowCheckSerializer,
    FlowDraftSerializer,
    PublishedFlowSerializer,
)
from apps.flows.domain.validation import errors
from apps.flows.selectors import contact_flows, published_flows
from apps.flows.services.publishing import check
from apps.instances.api.base import InstanceApiView


class ContactFlowList(InstanceApiView):
    """The flows of the instance, by name, without their content."""

    permission = "ContactFlows.View"

    @extend_schema(
        operation_id="contact_flows",
        parameters=PAGE_PARAMETERS,
        responses=ContactFlowPageSerializer,
    )
    def get(self, request: Request) -> Response:
        return page_response(
            request, contact_flows(), column="name", serializer=ContactFlowSerializer
        )


class ContactFlowDetail(InstanceApiView):
    """One flow, with what is published of it."""

    permission = "ContactFlows.View"

    @extend_schema(operation_id="contact_flow", responses=PublishedFlowSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        return Response(PublishedFlowSerializer(one_of(published_flows(), public_id)).data)


class FlowCheck(InstanceApiView):
    """Whether a flow could be published here: its blocks, its links, and what it refers to."""

    permission = "ContactFlows.View"

    @extend_schema(
        operation_id="check_contact_flow",
        request=FlowDraftSerializer,
        responses=FlowCheckSerializer,
    )
    def post(self, request: Request) -> Response:
        draft = FlowDraftSerializer(data=request.data)
        draft.is_valid(raise_exception=True)
        given = draft.validated_data
        found = check(given["content"], kind=given["type"], instance=self.instance)
        answer = {"is_publishable": not errors(found), "problems": found}
        return Response(FlowCheckSerializer(answer).data)
