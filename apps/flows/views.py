"""Listening to a prompt."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from apps.core.api.rows import one_of
from apps.core.ranges import NotSatisfiable, Span, span_of
from apps.flows.selectors import prompts
from apps.flows.services.listening import audible
from apps.instances.views import InstanceView
from apps.media.webm import CONTENT_TYPE


class PromptAudio(InstanceView):
    """`/<alias>/prompts/<id>/audio`, whole or in ranges: without them some players are silent."""

    permission = "Prompts.View"
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        sound = audible(one_of(prompts(), public_id))
        try:
            span = span_of(request.headers.get("Range"), size=len(sound))
        except NotSatisfiable:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{len(sound)}"})
        return _part(sound, span)


def _part(sound: bytes, span: Span | None) -> HttpResponse:
    part = sound if span is None else sound[span.start : span.end + 1]
    answer = HttpResponse(part, content_type=CONTENT_TYPE)
    answer.headers["Accept-Ranges"] = "bytes"
    answer.headers["Content-Length"] = str(len(part))
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    if span is not None:
        answer.status_code = 206
        answer.headers["Content-Range"] = f"bytes {span.start}-{span.end}/{len(sound)}"
    return answer
