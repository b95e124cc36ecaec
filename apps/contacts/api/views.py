"""Contacts in REST."""

from typing import Any, cast
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.audit.services import Reading, record_read
from apps.contacts import selectors
from apps.contacts.api.record import ContactRecordSerializer
from apps.contacts.api.serializers import (
    ContactDetailSerializer,
    ContactPageSerializer,
    ContactQuery,
    ContactSerializer,
    WhyWaitingSerializer,
)
from apps.contacts.services.explaining import why_waiting
from apps.contacts.services.record import contact_record
from apps.core import clock
from apps.core.api.pages import PAGE_PARAMETERS, page_response
from apps.core.api.rows import one_of
from apps.instances.api.base import InstanceApiView
from apps.numbers.domain.e164 import parse_number
from apps.numbers.domain.errors import NumberError
from apps.numbers.errors import NumberRefused
from apps.users.models import User

QUERY = frozenset(ContactQuery().fields)
SEARCH, ATTRIBUTES = "ContactSearch.View", "ContactAttributes.View"


class ContactList(InstanceApiView):
    """The contacts of the instance, newest first."""

    permission = SEARCH

    @extend_schema(
        operation_id="contacts",
        parameters=[ContactQuery, *PAGE_PARAMETERS],
        responses=ContactPageSerializer,
    )
    def get(self, request: Request) -> Response:
        answer = page_response(
            request,
            selectors.found_contacts(**self._wanted(request)),
            column="-initiated_at",
            serializer=ContactSerializer,
        )
        asked = {name: text for name, text in request.query_params.items() if name in QUERY}
        record_read(self.instance, what=Reading.SEARCHED, details=asked)
        return answer

    def _wanted(self, request: Request) -> dict[str, Any]:
        query = ContactQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        wanted: dict[str, Any] = query.validated_data
        if "number" in wanted:
            try:
                wanted["number"] = parse_number(wanted["number"], self.instance.country).e164
            except NumberError as error:
                raise NumberRefused(error) from None
        return wanted


class OneContactView(InstanceApiView):
    """What there is about one contact, for those who may search and the agents who handled it."""

    permission = SEARCH

    def authorise(self, request: Request) -> None:
        """Whoever may not search is refused alike for contacts there are and others (SR-022)."""
        self.is_own = selectors.has_handled(
            cast(User, request.user), contact=self.kwargs["public_id"]
        )
        if not self.is_own:
            super().authorise(request)

    @property
    def shows_attributes(self) -> bool:
        return self.is_own or ATTRIBUTES in self.rights


class ContactDetail(OneContactView):
    """One contact with its history and its offers."""

    @extend_schema(operation_id="contact", responses=ContactDetailSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        contact = one_of(selectors.contacts_with_history(), public_id)
        record_read(contact, what=Reading.VIEWED)
        context = {"shows_attributes": self.shows_attributes}
        return Response(ContactDetailSerializer(contact, context=context).data)


class ContactWhyWaiting(OneContactView):
    """Why the contact still waits (409 CONTACT_NOT_WAITING when it is in no queue)."""

    @extend_schema(operation_id="contact_why_waiting", responses=WhyWaitingSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        contact = one_of(selectors.contacts_with_queue(), public_id)
        return Response(WhyWaitingSerializer(why_waiting(contact, now=clock.now())).data)


class ContactRecord(OneContactView):
    """The contact record: there once the contact is complete (409 CONTACT_NOT_COMPLETE before)."""

    @extend_schema(operation_id="contact_record", responses=ContactRecordSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        contact = one_of(selectors.contacts_with_history(), public_id)
        told = contact_record(contact)
        record_read(contact, what=Reading.VIEWED)
        if not self.shows_attributes:
            told["Attributes"] = None
        return Response(told)
