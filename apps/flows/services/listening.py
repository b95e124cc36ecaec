"""What a prompt sounds like, as a file for browsers."""

from django.conf import settings

from apps.core.errors import NotFound
from apps.flows.models import Prompt
from apps.media.assets import AssetError, opus_packets
from apps.media.builtin import builtin_asset
from apps.media.webm import webm_of


def audible(prompt: Prompt) -> bytes:
    """The very frames that callers hear, at most two megabytes; NotFound if they are gone."""
    try:
        return webm_of(opus_packets(settings.ASSETS_DIR, _key(prompt)))
    except AssetError:
        raise NotFound from None


def _key(prompt: Prompt) -> str:
    if prompt.asset is not None:
        return prompt.asset.key
    return builtin_asset(settings.ASSETS_DIR, prompt.builtin)
