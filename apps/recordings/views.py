"""The sound of a recording, by a link, in ranges."""

from collections.abc import Iterator
from typing import Any, cast

from django.core.files import File
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from apps.core.errors import NotFound
from apps.core.ranges import NotSatisfiable, Span, span_of
from apps.instances.access import access
from apps.instances.views import InstanceView
from apps.recordings.models import Recording
from apps.recordings.services import links
from apps.recordings.storage import recordings_storage
from apps.users.models import User

CHUNK = 128 * 1024
# A player asks for "from here to the end" and then pauses: it gets a part at a time, so that it
# never keeps a thread waiting. It asks on by itself (RFC 9110, 15.3.7 allows the shorter part).
PLAYED_AT_ONCE = 8 * CHUNK
CONTENT_TYPE = "audio/webm"


class RecordingFile(InstanceView):
    """`/<alias>/recordings/<token>`: for the user the link was made for, and nobody else.

    The right is asked for at each request; without any right the token is not even read.
    """

    permission = None
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, token: str) -> HttpResponseBase:
        user = cast(User, request.user)
        link = self._link(token, user)
        recording = links.recording_of(link)
        size, tag = recording.size or 0, _tag(recording)
        try:
            span = span_of(_range(request, tag), size=size)
        except NotSatisfiable:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
        is_read = request.method == "GET"
        links.follow(link, recording, user=user, is_part=span is not None, is_read=is_read)
        answer = _answer(recording, _shortened(span, link), is_read=is_read)
        return _with_headers(answer, recording, link, tag)

    def head(self, request: HttpRequest, token: str) -> HttpResponseBase:
        return self.get(request, token)

    def _link(self, token: str, user: User) -> links.Link:
        rights = access().permissions_of(user, self.instance)
        if rights.isdisjoint(links.PERMISSIONS.values()):
            access().require(user, links.PERMISSIONS[links.PLAY], self.instance)
        link = links.read_token(token, user=user)
        access().require(user, links.PERMISSIONS[link.purpose], self.instance)
        return link


class FilePart:
    """Some bytes of an open file, read as they are sent; closed in any case by Django."""

    def __init__(self, file: File, span: Span) -> None:  # type: ignore[type-arg]
        self._file, self._span = file, span

    def __iter__(self) -> Iterator[bytes]:
        self._file.seek(self._span.start)
        left = self._span.length
        while left > 0 and (chunk := self._file.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk

    def close(self) -> None:
        self._file.close()


def _range(request: HttpRequest, tag: str) -> str | None:
    """The Range header, unless it belongs to another version of the file (RFC 9110, 13.1.5)."""
    if request.method != "GET" or request.headers.get("If-Range", tag) != tag:
        return None
    return request.headers.get("Range")


def _shortened(span: Span | None, link: links.Link) -> Span | None:
    if span is None or not span.is_open or link.purpose != links.PLAY:
        return span
    return Span(span.start, min(span.end, span.start + PLAYED_AT_ONCE - 1))


def _answer(recording: Recording, span: Span | None, *, is_read: bool) -> HttpResponseBase:
    size = recording.size or 0
    part = span or Span(0, size - 1)
    answer: HttpResponseBase = HttpResponse()
    if is_read:
        answer = StreamingHttpResponse(FilePart(_open(recording), part))
    answer.headers["Content-Length"] = str(part.length)
    if span is not None:
        answer.status_code = 206
        answer.headers["Content-Range"] = f"bytes {span.start}-{span.end}/{size}"
    return answer


def _open(recording: Recording) -> Any:
    try:
        return recordings_storage().open(recording.key, "rb")
    except FileNotFoundError:
        raise NotFound from None


def _with_headers(
    answer: HttpResponseBase, recording: Recording, link: links.Link, tag: str
) -> HttpResponseBase:
    kind = "attachment" if link.purpose == links.DOWNLOAD else "inline"
    name = recording.key.rpartition("/")[2]
    answer.headers["Content-Type"] = CONTENT_TYPE
    answer.headers["Accept-Ranges"] = "bytes"
    answer.headers["ETag"] = tag
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Content-Disposition"] = f'{kind}; filename="{name}"'
    return answer


def _tag(recording: Recording) -> str:
    return f'"{recording.public_id.hex}-{recording.size}"'
