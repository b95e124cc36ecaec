"""Where finished recordings lie: `STORAGES["recordings"]`, any Django storage will do."""

import os
from pathlib import Path
from uuid import uuid4

from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, storages

STAGING = ".staging"


def recordings_storage() -> Storage:
    return storages["recordings"]


class WholeFileStorage(FileSystemStorage):
    """Files in a folder of this machine, whole or not at all.

    Written below `.staging`, forced to the disk, then renamed: whoever is killed leaves nothing
    under the name. The same name is replaced, because finalising may happen twice.
    """

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        del max_length
        return name

    def _save(self, name: str, content: File) -> str:  # type: ignore[type-arg]
        target, staged = Path(self.path(name)), Path(self.path(f"{STAGING}/{uuid4().hex}"))
        for folder in (target.parent, staged.parent):
            folder.mkdir(parents=True, exist_ok=True)
        try:
            with staged.open("wb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            staged.replace(target)
        finally:
            staged.unlink(missing_ok=True)
        return name

    def sweep_staging(self, *, older_than: float) -> None:
        """Remove what killed writers left before that instant (seconds since 1970)."""
        folder = Path(self.path(STAGING))
        for left in folder.glob("*") if folder.is_dir() else ():
            if left.stat().st_mtime < older_than:
                left.unlink(missing_ok=True)


def sweep_staging(*, older_than: float) -> None:
    storage = recordings_storage()
    if isinstance(storage, WholeFileStorage):
        storage.sweep_staging(older_than=older_than)
