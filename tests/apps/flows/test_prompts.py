"""Prompts made of audio files, for music and for houses without a synthesiser."""

import io
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from apps.flows.models import Asset, Prompt
from apps.flows.services.prompts import PromptNameTaken, upload_prompt
from apps.flows.services.sounds import NotAudio
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.media.assets import read_asset
from tests.apps.flows.sounds import sound

pytestmark = pytest.mark.db


def test_an_audio_file_becomes_frames_that_the_media_router_can_play(
    demo_instance: Instance,
) -> None:
    with instance_scope(demo_instance):
        prompt = upload_prompt(instance=demo_instance, name="Welcome", audio=sound())

    assert prompt.asset is not None
    frames = read_asset(settings.ASSETS_DIR, prompt.asset.key)
    assert len(frames) == 25  # half a second of 20 ms


def test_the_same_file_under_two_names_is_kept_once(demo_instance: Instance) -> None:
    with instance_scope(demo_instance):
        first = upload_prompt(instance=demo_instance, name="One", audio=sound())
        second = upload_prompt(instance=demo_instance, name="Two", audio=sound())

    assert first.asset_id == second.asset_id


def test_what_is_no_audio_is_refused_and_nothing_is_kept(demo_instance: Instance) -> None:
    with instance_scope(demo_instance):
        before = (Prompt.objects.count(), Asset.objects.count())

        with pytest.raises(NotAudio):
            upload_prompt(
                instance=demo_instance, name="Junk", audio=io.BytesIO(b"not a sound" * 50)
            )

        assert (Prompt.objects.count(), Asset.objects.count()) == before


def test_a_name_is_used_once(demo_instance: Instance) -> None:
    with instance_scope(demo_instance), pytest.raises(PromptNameTaken):
        upload_prompt(instance=demo_instance, name="beep", audio=sound())


def test_the_command_says_in_a_sentence_what_is_wrong(
    demo_instance: Instance, tmp_path: Path
) -> None:
    file = tmp_path / "welcome.wav"
    file.write_bytes(b"junk")

    with pytest.raises(CommandError, match="no sound"):
        call_command("add_prompt", "demo", "Welcome", file)
