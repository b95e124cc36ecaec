"""Whatever is called a sound file, reading it is bounded in size, length, memory and time."""

import io
import shutil
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest
from django.conf import settings

from apps.core.errors import InvalidInput
from apps.core.uploads import LARGEST_FILE, MB, FileTooLarge
from apps.flows.models import Asset, Prompt
from apps.flows.services.prompts import upload_prompt
from apps.flows.services.sounds import AudioTooLong, NotAudio
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.media import preparing
from tests.apps.flows.sounds import sound

pytestmark = pytest.mark.db


class Endless(io.RawIOBase):
    """A file without an end, of which only so much may be read."""

    taken = 0

    def read(self, size: int = -1) -> bytes:
        assert size > 0, "it would be read whole into memory"
        self.taken += size
        return bytes(size)


def upload(instance: Instance, audio: object) -> Prompt:
    with instance_scope(instance):
        return upload_prompt(instance=instance, name="Hostile", audio=audio)  # type: ignore[arg-type]


def nothing_is_left(instance: Instance) -> bool:
    with instance_scope(instance):
        rows = (
            Prompt.objects.filter(name="Hostile").exists() or Asset.objects.filter(text="").exists()
        )
    staged = settings.ASSETS_DIR / "staging"
    return not rows and not (staged.is_dir() and any(staged.iterdir()))


def silence(*, minutes: int) -> io.BytesIO:
    """Much sound in few bytes: small to send, large to decode."""
    file = io.BytesIO()
    with av.open(file, "w", format="flac") as container:
        stream = container.add_stream("flac", rate=8000)
        stream.layout = "mono"
        for _ in range(minutes * 6):
            second = np.zeros((1, 80_000), np.int16)
            frame = av.AudioFrame.from_ndarray(second, format="s16", layout="mono")
            frame.sample_rate = 8000
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    file.seek(0)
    return file


def test_no_more_than_the_limit_is_ever_read(demo_instance: Instance) -> None:
    endless = Endless()

    with pytest.raises(FileTooLarge, match="50 MB") as refused:
        upload(demo_instance, endless)

    assert refused.value.facts["field"] == "audio"
    assert endless.taken <= LARGEST_FILE + MB
    assert nothing_is_left(demo_instance)


def test_a_small_file_with_an_hour_in_it_is_refused_by_its_length(demo_instance: Instance) -> None:
    hour = silence(minutes=60)
    assert len(hour.getvalue()) < MB

    with pytest.raises(AudioTooLong, match="five minutes"):
        upload(demo_instance, hour)

    assert nothing_is_left(demo_instance)


@pytest.mark.parametrize("seconds", [299.9, 300.1])
def test_five_minutes_is_the_longest(demo_instance: Instance, seconds: float) -> None:
    try:
        upload(demo_instance, sound(seconds=seconds))
    except AudioTooLong:
        assert seconds > 300
    else:
        assert seconds < 300


@pytest.mark.parametrize(
    "junk",
    [
        b"",
        b"RIFF\xff\xff\xff\xffWAVEfmt " + b"\xff" * 200,
        b"OggS" + b"\0" * 500,
        b"ID3" + bytes(range(256)) * 20,
        b"fLaC" + b"\x7f" * 300,
        sound().getvalue()[:60],
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    ],
)
def test_what_only_begins_like_a_sound_is_refused(demo_instance: Instance, junk: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        upload(demo_instance, io.BytesIO(junk))

    assert (refused.value.code, refused.value.facts["field"]) == ("NOT_AUDIO", "audio")
    assert nothing_is_left(demo_instance)


def test_a_playlist_does_not_have_other_files_of_the_server_read(
    demo_instance: Instance, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.wav"
    secret.write_bytes(sound().getvalue())
    lists = [
        f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://{secret}\n#EXT-X-ENDLIST\n",
        f"ffconcat version 1.0\nfile {secret}\n",
        f"v=0\nm=audio 9 RTP/AVP 0\nc=IN IP4 127.0.0.1\na=control:file://{secret}\n",
    ]

    for text in lists:
        with pytest.raises(NotAudio):
            upload(demo_instance, io.BytesIO(text.encode()))


def test_a_decoder_that_never_ends_is_ended(
    demo_instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "WITHIN_SECONDS", 0.01)

    with pytest.raises(NotAudio):
        upload(demo_instance, sound())

    assert nothing_is_left(demo_instance)


def test_a_decoder_that_crashes_takes_nobody_along(
    demo_instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    crash = shutil.which("false")
    assert crash is not None
    monkeypatch.setattr(sys, "executable", crash)

    with pytest.raises(NotAudio):
        upload(demo_instance, sound())


@pytest.mark.skipif(sys.platform != "linux", reason="other systems bound a process otherwise")
def test_the_decoder_lives_within_its_memory() -> None:
    greedy = (
        "from apps.media import preparing; preparing._live_small(); "
        "bytearray(preparing.MEMORY); print('had it')"
    )

    done = subprocess.run(
        [sys.executable, "-c", greedy], capture_output=True, text=True, check=False
    )

    assert "MemoryError" in done.stderr
    assert "had it" not in done.stdout
