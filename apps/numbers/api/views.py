"""Telephone numbers in REST."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.pages import PAGE_PARAMETERS, page_response
from apps.instances.api.base import InstanceApiView
from apps.numbers.api.serializers import (
    NumberPreviewSerializer,
    PhoneNumberPageSerializer,
    PhoneNumberSerializer,
    TypedNumberSerializer,
)
from apps.numbers.domain.e164 import preview
from apps.numbers.errors import NumberRefused
from apps.numbers.selectors import phone_numbers


class PhoneNumberList(InstanceApiView):
    """The claimed numbers of the instance, in their canonical order."""

    permission = "PhoneNumbers.View"

    @extend_schema(
        operation_id="phone_numbers",
        parameters=PAGE_PARAMETERS,
        responses=PhoneNumberPageSerializer,
    )
    def get(self, request: Request) -> Response:
        return page_response(
            request, phone_numbers(), column="e164", serializer=PhoneNumberSerializer
        )


class NumberPreview(InstanceApiView):
    """What would be dialled for a typed number, or the reason against it (SR-027 to 029)."""

    permission = None

    @extend_schema(
        operation_id="preview_phone_number",
        request=TypedNumberSerializer,
        responses=NumberPreviewSerializer,
    )
    def post(self, request: Request) -> Response:
        typed = TypedNumberSerializer(data=request.data)
        typed.is_valid(raise_exception=True)
        shown = preview(typed.validated_data["number"], self.instance.country)
        if shown.error is not None:
            raise NumberRefused(shown.error)
        return Response(NumberPreviewSerializer(shown).data)
