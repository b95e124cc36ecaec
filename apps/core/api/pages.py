"""The REST shape of a keyset page: `?after=&limit=` in, `{"results", "next"}` out."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.pagination import DEFAULT_LIMIT, LARGEST_LIMIT, Row, page_of


class PageQuery(serializers.Serializer[Any]):
    """What a caller may ask of a list."""

    after = serializers.CharField(
        required=False, help_text="The `next` of the page before; leave out for the first page."
    )
    limit = serializers.IntegerField(
        required=False, min_value=1, max_value=LARGEST_LIMIT, default=DEFAULT_LIMIT
    )


PAGE_PARAMETERS: list[OpenApiParameter | type[PageQuery]] = [PageQuery]


def page_response(
    request: Request,
    rows: QuerySet[Row],
    *,
    column: str,
    serializer: type[serializers.BaseSerializer[Row]],
) -> Response:
    """Answer one page in the order of `column`; `next` is null on the last one."""
    query = PageQuery(data=request.query_params)
    query.is_valid(raise_exception=True)
    page = page_of(rows, column=column, **query.validated_data)
    results = serializer(page.rows, many=True).data  # type: ignore[arg-type]
    return Response({"results": results, "next": page.after})
