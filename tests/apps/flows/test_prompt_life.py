"""Prompts are renamed, described, replaced and deleted; what plays them is never cut off."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from pytest_django import DjangoCaptureOnCommitCallbacks

from apps.core.errors import InvalidInput, NotFound
from apps.flows.models import Asset, ContactFlow, Prompt
from apps.flows.services.prompts import (
    PromptInUse,
    PromptNameTaken,
    change_prompt,
    delete_prompt,
    replace_sound,
    upload_prompt,
)
from apps.flows.services.publishing import create_flow
from apps.flows.services.sounds import prepared_sound
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.instances.services.quotas import QuotaReached, set_quotas
from tests.apps.flows.sounds import prompt_of, sound

pytestmark = pytest.mark.db


@pytest.fixture
def scope(demo_instance: Instance) -> Iterator[Instance]:
    with instance_scope(demo_instance):
        yield demo_instance


@pytest.fixture
def welcome(scope: Instance) -> Prompt:
    return prompt_of(scope, "Welcome")


def flow_that_plays(instance: Instance, reference: str, *, name: str = "Greeting") -> ContactFlow:
    parameters = {"PromptId": reference}
    play = {"Identifier": "play", "Type": "MessageParticipant", "Parameters": parameters}
    content: dict[str, Any] = {"Version": "2019-10-30", "Actions": [play]}
    return create_flow(instance=instance, name=name, kind="CONTACT_FLOW", content=content)


def replaced(prompt: Prompt, *, hertz: int = 440) -> Prompt:
    with prepared_sound(sound(hertz=hertz)) as other:
        return replace_sound(prompt, sound=other)


def files_of(asset: Asset | None) -> list[Path]:
    assert asset is not None
    return sorted(settings.ASSETS_DIR.glob(f"{asset.key}.*"))


@pytest.mark.parametrize("name", ["welcome", " Welcome ", "Ｗｅｌｃｏｍｅ", "WELCOME\u00a0"])
def test_names_that_look_the_same_are_the_same(welcome: Prompt, name: str) -> None:
    with pytest.raises(PromptNameTaken) as refused:
        upload_prompt(instance=welcome.instance, name=name, audio=sound(hertz=500))

    assert refused.value.facts["field"] == "name"


def test_the_quota_of_prompts_is_kept(scope: Instance) -> None:
    set_quotas(scope, {"prompts": 4})  # three are built in
    kept = prompt_of(scope, "Welcome")

    with pytest.raises(QuotaReached, match="prompts is 4"):
        prompt_of(scope, "Another", hertz=500)

    assert list(Asset.objects.filter(text="")) == [kept.asset]


def test_a_name_is_kept_tidy(scope: Instance) -> None:
    assert prompt_of(scope, "  Ｏpening   hours ").name == "Opening hours"


@pytest.mark.parametrize("name", ["", "   ", "x" * 128, "nul\0", "half \ud800"])
def test_a_name_that_cannot_be_kept_is_refused_at_its_field(scope: Instance, name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        prompt_of(scope, name)

    assert refused.value.facts["field"] == "name"
    assert not Asset.objects.filter(text="").exists()


def test_a_prompt_gets_another_name_and_a_description(welcome: Prompt) -> None:
    changed = change_prompt(welcome, name="Hello", description="Spoken by Ana")

    welcome.refresh_from_db()
    assert (welcome.name, welcome.description) == ("Hello", "Spoken by Ana")
    assert change_prompt(changed, name="HELLO").name == "HELLO"


def test_a_name_that_flows_refer_to_is_kept(welcome: Prompt) -> None:
    flow_that_plays(welcome.instance, "welcome")

    with pytest.raises(PromptInUse, match="Greeting") as refused:
        change_prompt(welcome, name="Hello")

    assert refused.value.facts["field"] == "name"
    assert change_prompt(welcome, name="WELCOME").name == "WELCOME"


def test_a_flow_that_refers_by_id_lets_the_name_change(welcome: Prompt) -> None:
    flow_that_plays(welcome.instance, str(welcome.public_id))

    assert change_prompt(welcome, name="Hello").name == "Hello"


@pytest.mark.parametrize("form", ["id", "arn", "name"])
def test_what_a_flow_plays_is_not_deleted_and_the_flow_is_named(welcome: Prompt, form: str) -> None:
    key = str(welcome.public_id)
    written = {"id": key, "arn": f"arn:aws:connect:::instance/x/prompt/{key}", "name": "WELCOME"}
    flow_that_plays(welcome.instance, written[form])

    with pytest.raises(PromptInUse, match="Contact flows play this prompt: Greeting"):
        delete_prompt(welcome)

    assert Prompt.objects.filter(pk=welcome.pk).exists()
    assert len(files_of(welcome.asset)) == 2


def test_a_published_version_counts_although_the_draft_plays_it_no_more(scope: Instance) -> None:
    beep = Prompt.objects.get(name="Beep")
    ContactFlow.objects.update(draft={})

    with pytest.raises(PromptInUse, match="Default customer whisper"):
        delete_prompt(beep)


def test_a_flow_of_another_instance_does_not_count(
    welcome: Prompt, other_instance: Instance
) -> None:
    with instance_scope(other_instance):
        flow_that_plays(other_instance, "Welcome")

    delete_prompt(welcome)

    assert not Prompt.objects.filter(pk=welcome.pk).exists()


def test_a_sound_goes_with_its_last_prompt(
    welcome: Prompt, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    twin = prompt_of(welcome.instance, "Twin")

    with django_capture_on_commit_callbacks(execute=True):
        delete_prompt(welcome)
    left = files_of(twin.asset)
    with django_capture_on_commit_callbacks(execute=True):
        delete_prompt(twin)

    assert len(left) == 2
    assert not files_of(twin.asset)
    assert not Asset.objects.filter(text="").exists()


def test_a_sound_that_was_uploaded_again_meanwhile_stays(
    welcome: Prompt, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks() as after_commit:
        delete_prompt(welcome)
    again = prompt_of(welcome.instance, "Again")

    for act in after_commit:
        act()

    assert len(files_of(again.asset)) == 2


def test_replaced_audio_is_heard_under_the_same_name_and_the_old_one_goes(
    welcome: Prompt, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    before = welcome.asset

    with django_capture_on_commit_callbacks(execute=True):
        changed = replaced(welcome, hertz=600)

    assert (changed.public_id, changed.name) == (welcome.public_id, "Welcome")
    assert changed.asset != before
    assert len(files_of(changed.asset)) == 2
    assert not files_of(before)


def test_music_of_ones_own_takes_the_place_of_a_built_in_sound(scope: Instance) -> None:
    hold = Prompt.objects.get(name="CustomerHold")

    changed = replaced(hold)

    assert (changed.builtin, changed.asset is not None) == ("", True)


def test_the_same_audio_again_changes_nothing(welcome: Prompt) -> None:
    assert replaced(welcome).asset == welcome.asset
    assert len(files_of(welcome.asset)) == 2


def test_a_prompt_that_is_gone_is_not_found(welcome: Prompt) -> None:
    delete_prompt(welcome)
    welcome.pk = 999_999

    with pytest.raises(NotFound):
        change_prompt(welcome, name="Hello")
    with pytest.raises(NotFound):
        replaced(welcome)
