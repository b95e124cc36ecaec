"""Alarms in REST."""

from typing import cast

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.alarms.api.serializers import AlarmPageSerializer, AlarmQuery, AlarmSerializer
from apps.alarms.selectors import alarms_for, matching
from apps.core.api.pages import PAGE_PARAMETERS, page_response
from apps.users.models import User


class AlarmList(APIView):
    """What is wrong, open alarms first: all for operators, else those of the own instance."""

    @extend_schema(
        operation_id="alarms",
        parameters=[AlarmQuery, *PAGE_PARAMETERS],
        responses=AlarmPageSerializer,
    )
    def get(self, request: Request) -> Response:
        alarms = alarms_for(cast(User, request.user))
        query = AlarmQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        wanted = matching(alarms, **query.validated_data)
        return page_response(request, wanted, column="-listed_at", serializer=AlarmSerializer)
