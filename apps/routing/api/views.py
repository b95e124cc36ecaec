"""Queues, routing profiles and hours of operation in REST."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.pages import PAGE_PARAMETERS, page_response
from apps.core.api.rows import one_of
from apps.instances.api.base import InstanceApiView
from apps.routing.api.serializers import (
    HoursPageSerializer,
    HoursSerializer,
    QueuePageSerializer,
    QueueSerializer,
    RoutingProfilePageSerializer,
    RoutingProfileSerializer,
)
from apps.routing.selectors.hours import hours_of_operations
from apps.routing.selectors.queues import standard_queues
from apps.routing.selectors.routing_profiles import routing_profiles


class QueueList(InstanceApiView):
    """The queues of the instance, by name; agents' own queues are not among them."""

    permission = "Queues.View"

    @extend_schema(operation_id="queues", parameters=PAGE_PARAMETERS, responses=QueuePageSerializer)
    def get(self, request: Request) -> Response:
        return page_response(request, standard_queues(), column="name", serializer=QueueSerializer)


class QueueDetail(InstanceApiView):
    """One queue."""

    permission = "Queues.View"

    @extend_schema(operation_id="queue", responses=QueueSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        row = one_of(standard_queues(), public_id)
        return Response(QueueSerializer(row).data)


class RoutingProfileList(InstanceApiView):
    """The routing profiles of the instance with their queues, by name."""

    permission = "RoutingPolicies.View"

    @extend_schema(
        operation_id="routing_profiles",
        parameters=PAGE_PARAMETERS,
        responses=RoutingProfilePageSerializer,
    )
    def get(self, request: Request) -> Response:
        return page_response(
            request,
            routing_profiles(),
            column="name",
            serializer=RoutingProfileSerializer,
        )


class RoutingProfileDetail(InstanceApiView):
    """One routing profile."""

    permission = "RoutingPolicies.View"

    @extend_schema(operation_id="routing_profile", responses=RoutingProfileSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        row = one_of(routing_profiles(), public_id)
        return Response(RoutingProfileSerializer(row).data)


class HoursList(InstanceApiView):
    """The calendars of the instance, by name."""

    permission = "HoursOfOperation.View"

    @extend_schema(
        operation_id="hours_of_operations",
        parameters=PAGE_PARAMETERS,
        responses=HoursPageSerializer,
    )
    def get(self, request: Request) -> Response:
        return page_response(
            request, hours_of_operations(), column="name", serializer=HoursSerializer
        )


class HoursDetail(InstanceApiView):
    """One calendar."""

    permission = "HoursOfOperation.View"

    @extend_schema(operation_id="hours_of_operation", responses=HoursSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        row = one_of(hours_of_operations(), public_id)
        return Response(HoursSerializer(row).data)
