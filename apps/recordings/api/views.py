"""Recordings in REST."""

from typing import cast
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.errors import NotFound
from apps.instances.access import access
from apps.instances.api.base import InstanceApiView
from apps.recordings.api.serializers import DeletionSerializer, RecordingSerializer
from apps.recordings.models import Recording
from apps.recordings.services.deleting import delete
from apps.recordings.services.player import player_data
from apps.users.models import User

LISTEN, DELETE = "ListenCallRecordings", "DeleteCallRecordings"


class ContactRecording(InstanceApiView):
    """The recording of one contact; 404 if it was never recorded."""

    permission = LISTEN

    def authorise(self, request: Request) -> None:
        if request.method == "DELETE":
            access().require(request.user, DELETE, self.instance)
        else:
            super().authorise(request)

    @extend_schema(operation_id="contact-recording", responses=RecordingSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        return self._shown(self._recording(public_id), request)

    @extend_schema(
        operation_id="contact-recording-delete",
        request=DeletionSerializer,
        responses=RecordingSerializer,
    )
    def delete(self, request: Request, public_id: UUID) -> Response:
        recording = self._recording(public_id)
        body = DeletionSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        delete(recording, reason=body.validated_data["reason"], actor=cast(User, request.user))
        return self._shown(self._recording(public_id), request)

    def _recording(self, contact: UUID) -> Recording:
        rows = Recording.objects.select_related("contact", "instance")
        found = rows.filter(contact__public_id=contact).first()
        if found is None:
            raise NotFound
        return found

    def _shown(self, recording: Recording, request: Request) -> Response:
        user = cast(User, request.user)
        data = player_data(recording, user=user, rights=self.rights)
        return Response(RecordingSerializer(data).data)
