"""A file in a form is bounded while it is read, and the form learns its true size."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import RequestFactory

from apps.core import uploads
from apps.core.uploads import FileTooLarge, check_size

pytestmark = pytest.mark.domain

BOUNDARY = "border"
LIMIT = 3 * uploads.MB


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "LARGEST_FILE", LIMIT)


class Body:
    """A form that is made while it is read: a token, a file, and a field behind it."""

    def __init__(self, size: int) -> None:
        self._parts, self._left = self._made(size), b""
        self.largest_read = 0

    def read(self, size: int = -1) -> bytes:
        assert size > 0, "the whole body would be in memory"
        self.largest_read = max(self.largest_read, size)
        while len(self._left) < size and (part := next(self._parts, b"")):
            self._left += part
        taken, self._left = self._left[:size], self._left[size:]
        return taken

    def readline(self, size: int = -1) -> bytes:
        return self.read(1024)  # Django uses up what is left line by line

    def _made(self, size: int) -> Iterator[bytes]:
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="token"\r\n\r\nsecret\r\n'
        file = 'Content-Disposition: form-data; name="audio"; filename="a.wav"\r\n\r\n'
        yield f"{head}--{BOUNDARY}\r\n{file}".encode()
        for _ in range(size // 1024):
            yield bytes(1024)
        last = '\r\n--{0}\r\nContent-Disposition: form-data; name="name"\r\n\r\nLong\r\n--{0}--\r\n'
        yield last.format(BOUNDARY).encode()


def request_with(size: int) -> tuple[Any, Body]:
    body = Body(size)
    request: Any = RequestFactory().post(
        "/", content_type=f"multipart/form-data; boundary={BOUNDARY}"
    )
    request.META["CONTENT_LENGTH"] = str(size + 1000)
    request._stream = body
    return request, body


@pytest.mark.parametrize("size", [1024, LIMIT])
def test_a_file_within_the_limit_is_there(size: int) -> None:
    request, _body = request_with(size)

    file = request.FILES["audio"]

    assert (file.size, len(file.read())) == (size, size)
    check_size(file, largest=LIMIT, field="audio")


def test_of_a_larger_file_only_its_size_is_there_and_the_rest_of_the_form_is() -> None:
    request, body = request_with(LIMIT * 40)

    file = request.FILES["audio"]

    assert (file.size, file.read()) == (LIMIT * 40, b"")
    assert (request.POST["token"], request.POST["name"]) == ("secret", "Long")
    assert body.largest_read <= uploads.MB
    with pytest.raises(FileTooLarge, match="at most 3 MB"):
        check_size(file, largest=LIMIT, field="audio")


def test_the_handler_is_the_first_that_sees_a_file() -> None:
    assert settings.FILE_UPLOAD_HANDLERS[0] == "apps.core.uploads.BoundedUploadHandler"
