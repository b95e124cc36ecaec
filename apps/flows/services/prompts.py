"""The only writer of prompts: sounds with a name, for flows to play."""

from typing import IO, TYPE_CHECKING, Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Conflict
from apps.core.text import name_key
from apps.core.unit_of_work import unit_of_work
from apps.flows.models import ContactFlow, Prompt
from apps.flows.selectors import flows_naming, flows_referring_to
from apps.flows.services.sounds import Sound, asset_of, drop_sound, place_sound, prepared_sound
from apps.instances.models import Instance
from apps.instances.saving import check_name, locked, note, save_named, take
from apps.instances.services.quotas import check_room

if TYPE_CHECKING:
    from apps.users.models import User

_CHANGEABLE = frozenset({"name", "description"})


class PromptNameTaken(Conflict):
    """Compared without case, blanks and Unicode forms."""

    code = "PROMPT_NAME_TAKEN"
    message = _("There is already a prompt of this name.")


class PromptInUse(Conflict):
    """The sentence names the flows."""

    code = "PROMPT_IN_USE"

    def __init__(self, text: Any, flows: list[ContactFlow], **facts: Any) -> None:
        names = ", ".join(flow.name for flow in flows)
        super().__init__(format_lazy(text, flows=names), **facts)


def upload_prompt(
    *,
    instance: Instance,
    name: str,
    audio: IO[bytes],
    description: str = "",
    acting_user: "User | None" = None,
) -> Prompt:
    """Make a prompt of an audio file. Raises what `prepared_sound` and `create_prompt` do."""
    wanted = Prompt(instance=instance, name=name)
    check_name(wanted, among=Prompt.objects.all(), taken=PromptNameTaken)  # sounds take seconds
    with prepared_sound(audio) as sound:
        return create_prompt(
            instance=instance,
            name=name,
            sound=sound,
            description=description,
            acting_user=acting_user,
        )


def create_prompt(
    *,
    instance: Instance,
    name: str,
    sound: Sound,
    description: str = "",
    acting_user: "User | None" = None,
) -> Prompt:
    """A prompt that plays this sound. Raises PromptNameTaken."""
    prompt = Prompt(instance=instance, name=name, description=description)
    with unit_of_work():
        check_room(instance, "prompts", Prompt.objects.all())
        prompt.asset = asset_of(sound, instance=instance)
        save_named(prompt, among=Prompt.objects.all(), taken=PromptNameTaken)
        place_sound(sound, prompt.asset)
    note("prompt uploaded", prompt, acting_user=acting_user)
    return prompt


def change_prompt(prompt: Prompt, *, acting_user: "User | None" = None, **changes: str) -> Prompt:
    """Change `name` or `description`. Raises PromptInUse if flows refer to it by its name."""
    with unit_of_work():
        fresh = locked(prompt, instance_first=True)
        _keep_name(fresh, changes.get("name", fresh.name))
        take(fresh, changes, allowed=_CHANGEABLE)
        save_named(fresh, among=Prompt.objects.all(), taken=PromptNameTaken)
    note("prompt changed", fresh, acting_user=acting_user)
    return fresh


def replace_sound(prompt: Prompt, *, sound: Sound, acting_user: "User | None" = None) -> Prompt:
    """Play something else under the same name, from the next time a flow comes to it."""
    with unit_of_work():
        fresh = locked(prompt, instance_first=True)
        before, after = fresh.asset, asset_of(sound, instance=fresh.instance)
        fresh.asset, fresh.builtin = after, ""
        fresh.save(update_fields=["asset", "builtin"])
        place_sound(sound, after)
        drop_sound(before)
    note("prompt replaced", fresh, acting_user=acting_user)
    return fresh


def delete_prompt(prompt: Prompt, *, acting_user: "User | None" = None) -> None:
    """Delete a prompt that no flow plays, and its sound if no other prompt has the same."""
    with unit_of_work():
        fresh = locked(prompt, instance_first=True)
        flows = flows_referring_to("prompt", fresh.public_id, fresh.name)
        if flows:
            raise PromptInUse(_("Contact flows play this prompt: {flows}."), flows)
        sound = fresh.asset
        fresh.delete()
        drop_sound(sound)
    note("prompt deleted", prompt, acting_user=acting_user)


def _keep_name(prompt: Prompt, name: str) -> None:
    if name_key(name) == name_key(prompt.name):
        return
    flows = flows_naming("prompt", prompt.name)
    if flows:
        text = _("Contact flows refer to the prompt by its name, so it must be kept: {flows}.")
        raise PromptInUse(text, flows, field="name")
