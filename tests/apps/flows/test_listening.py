"""A prompt can be heard in the browser by those who may see it."""

import io
from typing import Any

import av
import pytest
from pytest_django import DjangoAssertNumQueries

from apps.flows.models import Prompt
from apps.flows.services.prompts import delete_prompt
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.users.models import User
from tests.apps.flows.sounds import prompt_of
from tests.people import user_with
from tests.rest import signed_in

pytestmark = pytest.mark.db


@pytest.fixture
def welcome(demo_instance: Instance) -> Prompt:
    with instance_scope(demo_instance):
        return prompt_of(demo_instance, "Welcome")


def listen(user: User, prompt: Prompt, **headers: str) -> Any:
    path = f"/demo/prompts/{prompt.public_id}/audio"
    return signed_in(user).get(path, headers=headers)


def seconds_of(body: bytes) -> float:
    with av.open(io.BytesIO(body), mode="r") as container:
        stream = container.streams.audio[0]
        assert stream.codec_context.name == "opus"
        return sum(int(frame.samples) for frame in container.decode(stream)) / 48000


def test_it_is_a_file_that_browsers_play(max_: User, welcome: Prompt) -> None:
    answer = listen(max_, welcome)

    assert answer.status_code == 200
    assert answer["Content-Type"] == "audio/webm"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert seconds_of(answer.content) == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize("name", ["Beep", "CustomerHold"])
def test_built_in_sounds_can_be_heard_too(max_: User, demo_instance: Instance, name: str) -> None:
    with instance_scope(demo_instance):
        prompt = Prompt.objects.get(name=name)

    assert seconds_of(listen(max_, prompt).content) > 0.3


def test_a_player_may_seek(max_: User, welcome: Prompt) -> None:
    whole = listen(max_, welcome).content

    part = listen(max_, welcome, range="bytes=10-19")

    assert part.status_code == 206
    assert part.content == whole[10:20]
    assert part["Content-Range"] == f"bytes 10-19/{len(whole)}"
    beyond = listen(max_, welcome, range=f"bytes={len(whole)}-")
    assert (beyond.status_code, beyond["Content-Range"]) == (416, f"bytes */{len(whole)}")


def test_only_those_who_may_see_prompts_hear_them_sr_022(ana: User, welcome: Prompt) -> None:
    bare = user_with(welcome.instance, "bare")

    assert listen(ana, welcome).status_code == 403
    assert listen(bare, welcome).status_code == 403


def test_the_prompt_of_another_instance_does_not_exist_here_s_02(
    max_: User, other_instance: Instance, welcome: Prompt
) -> None:
    with instance_scope(other_instance):
        foreign = prompt_of(other_instance, "Secret", hertz=700)
    with instance_scope(welcome.instance):
        delete_prompt(welcome)

    answers = [listen(max_, each) for each in (foreign, welcome)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


def test_a_sound_whose_file_is_lost_is_not_found(
    max_: User, welcome: Prompt, settings: Any, tmp_path: Any
) -> None:
    settings.ASSETS_DIR = tmp_path

    assert listen(max_, welcome).status_code == 404


def test_listening_costs_few_statements(
    max_: User, welcome: Prompt, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client, path = signed_in(max_), f"/demo/prompts/{welcome.public_id}/audio"
    client.get(path)

    with django_assert_num_queries(4):
        client.get(path)
