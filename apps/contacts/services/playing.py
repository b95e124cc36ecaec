"""From what a flow wants played to what the media router can play: clips, tones, nothing yet."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from apps.contacts.models import FlowRun
from apps.flows.domain.effects import Clip, PromptItem, Speech
from apps.flows.models import Asset, Prompt
from apps.flows.services.assets import ensure_speech

ASSET_WITHIN = timedelta(seconds=8)  # dynamic speech is waited for, but not for ever


def assets_of(run: FlowRun, items: Iterable[PromptItem]) -> list[Asset | str]:
    """For each item its asset, or the name of a built-in sound."""
    return [found for item in items if (found := _resolve(run, item)) is not None]


def _resolve(run: FlowRun, item: PromptItem) -> Asset | str | None:
    if isinstance(item, Speech):
        return ensure_speech(instance=run.contact.instance, speech=item)
    prompt = Prompt.objects.select_related("asset").filter(public_id=item.prompt_id).first()
    if prompt is None:
        return None
    return prompt.builtin or prompt.asset


def playable(found: list[Asset | str]) -> list[dict[str, Any]]:
    """The wire items of the media router; what could not be rendered is left out."""
    return [
        {"kind": "tone", "name": each}
        if isinstance(each, str)
        else {"kind": "clip", "asset": each.key}
        for each in found
        if isinstance(each, str) or each.state == Asset.State.READY
    ]


def pending(found: list[Asset | str]) -> Asset | None:
    """The first asset that is still being rendered."""
    waiting = (
        each for each in found if not isinstance(each, str) and each.state == Asset.State.PENDING
    )
    return next(waiting, None)


def item_from_dict(data: dict[str, Any]) -> PromptItem:
    """What `Record.to_dict` wrote of a prompt item."""
    fields = {name: value for name, value in data.items() if name != "kind"}
    return Speech(**fields) if data["kind"] == "Speech" else Clip(**fields)
