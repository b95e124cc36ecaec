"""Where finished recordings lie: `STORAGES["recordings"]`, any Django storage will do."""

import os
from glob import escape
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
        target = Path(self.path(name))
        staged = self._staging() / f"{target.name}.{uuid4().hex}"
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

    def delete(self, name: str) -> None:
        """Remove the file, and first what was still on its way to the name."""
        for left in self._staging().glob(f"{escape(Path(name).name)}.*"):
            left.unlink(missing_ok=True)
        super().delete(name)

    def sweep_staging(self, *, older_than: float) -> None:
        """Remove what killed writers left before that instant (seconds since 1970)."""
        for left in self._staging().glob("*"):
            if left.stat().st_mtime < older_than:
                left.unlink(missing_ok=True)

    def _staging(self) -> Path:
        return Path(self.path(STAGING))


def sweep_staging(*, older_than: float) -> None:
    storage = recordings_storage()
    if isinstance(storage, WholeFileStorage):
        storage.sweep_staging(older_than=older_than)
