"""Files that people send: bounded before anything of them is kept in memory."""

from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apps.core.errors import InvalidInput

MB = 1024 * 1024
LARGEST_FILE = 50 * MB
# The edge takes no larger body; what lies between can still be refused at its field.
LARGEST_BODY = 64 * MB
DROPPED_BODY = "Connect-Dropped-Body"  # the edge's word for a larger one, thrown away while it came


class FileTooLarge(InvalidInput):
    code = "FILE_TOO_LARGE"

    def __init__(self, largest: int, **facts: Any) -> None:
        text = _("This file is too large. Take one of at most {megabytes} MB.")
        super().__init__(format_lazy(text, megabytes=largest // MB), **facts)


class BoundedUploadHandler(FileUploadHandler):
    """The first of FILE_UPLOAD_HANDLERS: what goes beyond the largest file is let go while read.

    The form then finds an empty file that still says its true size: see `check_size`.
    """

    chunk_size = 64 * 1024

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return raw_data if start + len(raw_data) <= LARGEST_FILE else None

    def file_complete(self, file_size: int) -> UploadedFile[bytes] | None:
        if file_size <= LARGEST_FILE:
            return None
        return UploadedFile(
            ContentFile(b""), self.file_name, self.content_type or "", size=file_size
        )


def check_size(file: Any, *, largest: int = LARGEST_FILE, field: str) -> None:
    """Refuse an uploaded file that is larger than wanted; raises `FileTooLarge`."""
    if (file.size or 0) > largest:
        raise FileTooLarge(largest, field=field)
