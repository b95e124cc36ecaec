"""The uploaded files: they hold passwords, so they are nobody else's and go as soon as they can."""

import os
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings


def keep(key: UUID, raw: bytes) -> None:
    """Write the file; only the account that the server runs as may read it."""
    _folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(_path(key), os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode=0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(raw)


def read(key: UUID) -> bytes | None:
    """None when it is gone."""
    try:
        return _path(key).read_bytes()
    except FileNotFoundError:
        return None


def forget(key: UUID) -> None:
    _path(key).unlink(missing_ok=True)


def forget_all_but(keys: set[UUID], *, older_than: datetime) -> None:
    """Remove what a crash left behind."""
    kept = {_path(key) for key in keys}
    for path in _folder().glob("*.csv"):
        if path not in kept and path.stat().st_mtime < older_than.timestamp():
            path.unlink(missing_ok=True)


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "uploads"


def _path(key: UUID) -> Path:
    return _folder() / f"{key}.csv"
