"""Speech is rendered once per text and kept: found by the hash of what it was made from."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from apps.core import jobs as core_jobs
from apps.core.unit_of_work import unit_of_work
from apps.flows import jobs
from apps.flows.domain.effects import Speech
from apps.flows.models import Asset
from apps.flows.speech.base import SpeechFailed
from apps.instances.models import Instance
from apps.instances.scope import unscoped
from apps.media.assets import delete_asset

LOST_AFTER = timedelta(seconds=30)
# Where no synthesiser is installed every text with a caller's name in it stays unspoken.
ASKED_AT_ONCE = 100

Listener = Callable[[Asset], None]

_listeners: list[Listener] = []


def on_settled(listener: Listener) -> None:
    """Registered in AppConfig.ready() by whoever waits for audio; called in the transaction."""
    _listeners.append(listener)


def ensure_speech(*, instance: Instance, speech: Speech) -> Asset:
    """The asset of these words, asking for its rendering when it is new."""
    asset, created = Asset.objects.get_or_create(
        instance=instance,
        content_hash=content_hash(speech),
        defaults={
            "text": speech.text,
            "language": speech.language[:10],
            "voice": speech.voice[:64],
            "is_ssml": speech.ssml,
        },
    )
    if created:
        core_jobs.enqueue(jobs.RENDER_ASSET, asset_id=asset.pk)
    return asset


def speak_again(*, instance: Instance, key: str) -> None:
    """Speech whose frames are gone or damaged is made anew; an upload cannot be."""
    speech = Asset.objects.filter(instance=instance, state=Asset.State.READY).exclude(text="")
    asset = speech.filter(content_hash=key.rpartition("/")[2]).first()
    if asset is None or not speech.filter(pk=asset.pk).update(state=Asset.State.PENDING):
        return
    # what is left of them would be taken for whole
    transaction.on_commit(lambda: delete_asset(settings.ASSETS_DIR, asset.key), robust=True)
    core_jobs.enqueue(jobs.RENDER_ASSET, asset_id=asset.pk)


def content_hash(speech: Speech) -> str:
    """SHA-256 over everything that changes the sound."""
    return hashlib.sha256(json.dumps(speech.to_dict(), sort_keys=True).encode()).hexdigest()


def ask_again(*, now: datetime) -> None:
    """Ask anew for speech whose job was lost with a process, or that could not be spoken then.

    The newest first: somebody may have heard of it just now, and will again.
    """
    with unscoped("rendering serves all instances"), unit_of_work():
        unspoken = Asset.objects.exclude(state=Asset.State.READY)
        due = unspoken.exclude(failure=SpeechFailed.code).filter(created_at__lt=now - LOST_AFTER)
        for asset_id in due.order_by("-pk").values_list("pk", flat=True)[:ASKED_AT_ONCE]:
            core_jobs.enqueue(jobs.RENDER_ASSET, asset_id=asset_id)


def settle(*, asset: Asset, failure: str = "") -> None:
    """Rendering is over, well or not: whoever waits for the audio goes on."""
    with unit_of_work():
        asset.state = Asset.State.FAILED if failure else Asset.State.READY
        asset.failure = failure[:300]
        asset.save(update_fields=["state", "failure"])
        for listener in _listeners:
            listener(asset)
