"""Sounds that people upload: made into frames outside this process, kept once per instance."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.core.errors import InvalidInput
from apps.core.unit_of_work import unit_of_work
from apps.core.uploads import LARGEST_FILE, FileTooLarge
from apps.core.waiting import waiting
from apps.flows.models import Asset
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.media.assets import AudioError, AudioTooLongError, delete_asset, move_asset
from apps.media.preparing import prepare_asset

FIELD = "audio"
STAGING = "staging"


class NotAudio(InvalidInput):
    code = "NOT_AUDIO"
    message = _("The file holds no sound that can be read. Take a WAV, MP3, Ogg or FLAC file.")


class AudioTooLong(InvalidInput):
    code = "AUDIO_TOO_LONG"
    message = _("The sound is longer than five minutes. Take a shorter one.")


class Sound(NamedTuple):
    """Frames under a key of their own, until the transaction that gives them their place."""

    key: str
    content_hash: str


@contextmanager
def prepared_sound(audio: IO[bytes]) -> Iterator[Sound]:
    """The frames of an audio file, found by its hash; gone afterwards unless kept.

    Raises FileTooLarge, NotAudio, AudioTooLong. Takes seconds: never enter it in a transaction,
    or everybody who writes waits as long.
    """
    key = f"{STAGING}/{uuid4().hex}"
    try:
        with tempfile.TemporaryDirectory(prefix="connect-") as folder:
            source = Path(folder) / "sound"
            content_hash = _copied(audio, source)
            _prepare(source, key)
        yield Sound(key, content_hash)
    finally:
        delete_asset(settings.ASSETS_DIR, key)


def asset_of(sound: Sound, *, instance: Instance) -> Asset:
    """The row of the sound, in the caller's transaction: the same file is kept once."""
    _lock(instance)
    asset, _is_new = Asset.objects.get_or_create(
        instance=instance,
        content_hash=sound.content_hash,
        defaults={"state": Asset.State.READY},
    )
    return asset


def place_sound(sound: Sound, asset: Asset) -> None:
    """Give the frames their place: the last step of the transaction, for it is not rolled back."""
    move_asset(settings.ASSETS_DIR, sound.key, to=asset.key)


def drop_sound(asset: Asset | None) -> None:
    """Delete the asset if no prompt has it any more; its files once that is committed."""
    if asset is None:
        return
    _lock(asset.instance)
    if not asset.prompts.exists():
        asset.delete()
        transaction.on_commit(lambda: _remove_files(asset), robust=True)


def _remove_files(asset: Asset) -> None:
    """Unless somebody has uploaded the same file meanwhile."""
    with instance_scope(asset.instance), unit_of_work():
        _lock(asset.instance)
        if not Asset.objects.filter(content_hash=asset.content_hash).exists():
            delete_asset(settings.ASSETS_DIR, f"{asset.instance_id}/{asset.content_hash}")


def _copied(audio: IO[bytes], target: Path) -> str:
    """Write the file's beginning, up to what is taken; returns its hash."""
    with target.open("w+b") as file:
        shutil.copyfileobj(_Bounded(audio), file)
        file.seek(0)
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Bounded:
    """Reads no more than may be kept."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._left = file, LARGEST_FILE

    def read(self, size: int = 1024 * 1024, /) -> bytes:
        chunk = self._file.read(size)
        self._left -= len(chunk)
        if self._left < 0:
            raise FileTooLarge(LARGEST_FILE, field=FIELD)
        return chunk


def _prepare(source: Path, key: str) -> None:
    try:
        with waiting():
            prepare_asset(source, folder=settings.ASSETS_DIR, key=key)
    except AudioTooLongError:
        raise AudioTooLong(field=FIELD) from None
    except AudioError:
        raise NotAudio(field=FIELD) from None


def _lock(instance: Instance) -> None:
    Instance.objects.select_for_update(no_key=True).get(pk=instance.pk)
