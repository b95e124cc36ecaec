"""Prompts from audio files: for music of one's own, and where no synthesiser speaks."""

import hashlib

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Conflict, InvalidInput
from apps.core.unit_of_work import unit_of_work
from apps.flows.models import Asset, Prompt
from apps.instances.models import Instance
from apps.media.assets import AudioError, decode_audio, write_asset


class NotAudio(InvalidInput):
    code = "NOT_AUDIO"
    message = _("The file holds no sound that can be read. Take a WAV, MP3, Ogg or FLAC file.")


class PromptNameTaken(Conflict):
    code = "PROMPT_NAME_TAKEN"
    message = _("There is already a prompt of this name.")


def upload_prompt(*, instance: Instance, name: str, audio: bytes) -> Prompt:
    """Make a prompt of an audio file; the frames are kept under the file's own hash.

    Raises NotAudio for what cannot be decoded and PromptNameTaken; nothing is kept then.
    """
    if Prompt.objects.filter(name__iexact=name).exists():
        raise PromptNameTaken(field="name")
    asset = _asset(instance, audio)
    with unit_of_work():
        asset.save()
        return Prompt.objects.create(instance=instance, name=name, asset=asset)


def _asset(instance: Instance, audio: bytes) -> Asset:
    digest = hashlib.sha256(audio).hexdigest()
    known = Asset.objects.filter(instance=instance, content_hash=digest).first()
    if known is not None:
        return known
    try:
        samples = decode_audio(audio)
    except AudioError:
        raise NotAudio from None
    asset = Asset(instance=instance, content_hash=digest, state=Asset.State.READY)
    write_asset(settings.ASSETS_DIR, asset.key, samples)
    return asset
