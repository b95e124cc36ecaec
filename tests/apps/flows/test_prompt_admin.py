"""Prompts by clicking: upload, listen, replace, delete."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from apps.core import uploads
from apps.flows.admin import prompts as page_of_prompts
from apps.flows.models import Prompt
from apps.flows.services.sounds import prepared_sound
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.users.models import User
from tests.apps.flows.sounds import prompt_of, sound
from tests.rest import signed_in

pytestmark = pytest.mark.db

LIST = "/demo/admin/flows/prompt/"


def file_of(audio: io.BytesIO | bytes) -> SimpleUploadedFile:
    content = audio if isinstance(audio, bytes) else audio.getvalue()
    return SimpleUploadedFile("welcome.wav", content, "audio/wav")


def page(client: Client, path: str, **sent: Any) -> str:
    answer = client.post(path, sent) if sent else client.get(path)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def prompt_named(instance: Instance, name: str) -> Prompt:
    with instance_scope(instance):
        return Prompt.objects.select_related("asset").get(name=name)


@pytest.fixture
def welcome(demo_instance: Instance) -> Prompt:
    with instance_scope(demo_instance):
        return prompt_of(demo_instance, "Welcome")


def test_a_prompt_is_uploaded_and_can_be_heard(ada: User, demo_instance: Instance) -> None:
    client = signed_in(ada)

    answer = client.post(
        f"{LIST}add/", {"name": "Hello", "description": "Ana", "audio": file_of(sound())}
    )

    assert answer.status_code == 302
    hello = prompt_named(demo_instance, "Hello")
    assert hello.description == "Ana"
    assert f'src="/demo/prompts/{hello.public_id}/audio"' in page(client, LIST)


def test_the_file_is_read_before_the_transaction_begins(
    ada: User, demo_instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading takes seconds; on SQLite everybody who writes waits for a transaction."""
    depths: list[int] = []
    read = prepared_sound

    def noting(file: Any) -> Any:
        depths.append(len(connection.savepoint_ids))
        return read(file)

    monkeypatch.setattr(page_of_prompts, "prepared_sound", noting)
    outside = len(connection.savepoint_ids)

    signed_in(ada).post(f"{LIST}add/", {"name": "Hello", "audio": file_of(sound())})

    assert depths == [outside]
    assert prompt_named(demo_instance, "Hello")


def test_what_is_no_sound_is_told_at_its_field(ada: User, demo_instance: Instance) -> None:
    text = page(signed_in(ada), f"{LIST}add/", name="Hello", audio=file_of(b"a letter" * 9))

    assert "The file holds no sound that can be read." in text
    assert 'value="Hello"' in text
    with instance_scope(demo_instance):
        assert not Prompt.objects.filter(name="Hello").exists()


def test_a_file_that_is_too_large_is_told_at_its_field(
    ada: User, demo_instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "LARGEST_FILE", 1000)
    monkeypatch.setattr(uploads.check_size, "__kwdefaults__", {"largest": 1000})

    text = page(signed_in(ada), f"{LIST}add/", name="Hello", audio=file_of(sound()))

    assert "This file is too large." in text
    assert 'value="Hello"' in text


def test_a_name_that_is_taken_is_told_at_its_field(ada: User, welcome: Prompt) -> None:
    text = page(signed_in(ada), f"{LIST}add/", name=" WELCOME", audio=file_of(sound()))

    assert "There is already a prompt of this name." in text


def test_a_file_is_needed_for_a_new_prompt_and_not_for_a_change(ada: User, welcome: Prompt) -> None:
    client = signed_in(ada)

    assert "This field is required." in page(client, f"{LIST}add/", name="Hello")
    answer = client.post(f"{LIST}{welcome.pk}/change/", {"name": "Hi", "description": "new"})

    assert answer.status_code == 302
    changed = prompt_named(welcome.instance, "Hi")
    assert (changed.description, changed.asset) == ("new", welcome.asset)


def test_another_sound_takes_the_place_of_the_first(ada: User, welcome: Prompt) -> None:
    sent = {"name": "Welcome", "audio": file_of(sound(hertz=600))}

    signed_in(ada).post(f"{LIST}{welcome.pk}/change/", sent)

    assert prompt_named(welcome.instance, "Welcome").asset_id != welcome.asset_id


def test_what_flows_play_says_so_and_stays(ada: User, demo_instance: Instance) -> None:
    client, beep = signed_in(ada), prompt_named(demo_instance, "Beep")

    assert "1 contact flow: Default customer whisper" in page(client, f"{LIST}{beep.pk}/change/")
    answer = client.post(f"{LIST}{beep.pk}/delete/", {"post": "yes"}, follow=True)

    assert "Contact flows play this prompt: Default customer whisper" in answer.content.decode()
    assert prompt_named(demo_instance, "Beep") == beep


def test_an_unused_prompt_is_deleted(ada: User, welcome: Prompt) -> None:
    signed_in(ada).post(f"{LIST}{welcome.pk}/delete/", {"post": "yes"})

    with instance_scope(welcome.instance):
        assert not Prompt.objects.filter(pk=welcome.pk).exists()


def test_who_has_no_right_is_refused_before_a_file_is_read_s_03(
    ana: User, welcome: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_of_prompts, "prepared_sound", lambda _file: pytest.fail("was read"))

    for path in (LIST, f"{LIST}add/", f"{LIST}{welcome.pk}/change/"):
        sent = {"name": "X", "audio": file_of(sound())}
        assert signed_in(ana).post(path, sent).status_code == 403
