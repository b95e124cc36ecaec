"""Historical changes in REST."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.audit import selectors
from apps.audit.api.serializers import ChangePageSerializer, ChangeQuery, ChangeSerializer
from apps.core.api.pages import PAGE_PARAMETERS, page_response
from apps.core.errors import InvalidInput
from apps.instances.api.base import InstanceApiView


class ChangeList(InstanceApiView):
    """Who changed or saw what, newest first."""

    permission = "HistoricalChanges.View"

    @extend_schema(
        operation_id="changes",
        parameters=[ChangeQuery, *PAGE_PARAMETERS],
        responses=ChangePageSerializer,
    )
    def get(self, request: Request) -> Response:
        rows = selectors.found_entries(instance=self.instance, **_wanted(request))
        return page_response(request, rows, column="-timestamp", serializer=ChangeSerializer)


def _wanted(request: Request) -> dict[str, Any]:
    query = ChangeQuery(data=request.query_params)
    query.is_valid(raise_exception=True)
    wanted: dict[str, Any] = query.validated_data
    if "object" in wanted:
        wanted["one"] = selectors.parse_object(wanted.pop("object"))
    if wanted.get("kind") not in (None, *(m._meta.label_lower for m in selectors.kinds())):
        raise InvalidInput(field="kind")
    return wanted
