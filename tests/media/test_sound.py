"""Sounds as frames: levels, tones, files, what comes back when they are decoded."""

import io
import wave
from pathlib import Path

import av
import numpy as np
import pytest

from apps.media.assets import (
    AssetError,
    AudioError,
    Frames,
    decode_audio,
    read_asset,
    write_asset,
)
from apps.media.encoding import RATE, ULAW_TO_ALAW, Pcm, levelled, linear, opus_frames, ulaw
from apps.media.tones import BUSY, CHORDS, RINGBACK, music, synthesise, tone_names

pytestmark = pytest.mark.media


def sine(hertz: float, *, seconds: float = 1.0, level: int = 3000) -> Pcm:
    times = np.arange(int(seconds * RATE)) / RATE
    return (level * np.sin(2 * np.pi * hertz * times)).astype(np.int16)


def strongest(pcm: Pcm, rate: int = RATE) -> float:
    return float(np.argmax(np.abs(np.fft.rfft(pcm.astype(float)))) * rate / len(pcm))


def dbfs(pcm: Pcm) -> float:
    return float(20 * np.log10(np.sqrt(np.mean(pcm.astype(float) ** 2)) / 32768))


def opus_decoded(packets: list[bytes]) -> Pcm:
    decoder = av.CodecContext.create("libopus", "r")
    assert isinstance(decoder, av.AudioCodecContext)
    frames = [frame for packet in packets for frame in decoder.decode(av.Packet(packet))]
    parts = [frame.to_ndarray().reshape(-1, len(frame.layout.channels))[:, 0] for frame in frames]
    return np.concatenate(parts).astype(np.int16)


def pcmu_decoded(frames: Frames) -> Pcm:
    octets = b"".join(frame.pcmu for frame in frames if frame)
    return np.array([linear(octet) for octet in octets], np.int16)


@pytest.mark.parametrize("level", [300, 30000])
def test_speech_is_brought_to_eighteen_below_full_scale(level: int) -> None:
    quiet = np.zeros(RATE, np.int16)
    sound = levelled(np.concatenate([sine(300, level=level), quiet]))
    assert dbfs(sound[:RATE]) == pytest.approx(-18, abs=0.5)


def test_silence_stays_silence() -> None:
    assert not levelled(np.zeros(RATE, np.int16)).any()


def test_an_asset_reads_back_as_the_same_sound_in_both_encodings(tmp_path: Path) -> None:
    write_asset(tmp_path, "ab/key", sine(700))
    frames = read_asset(tmp_path, "ab/key")
    assert len(frames) == 50
    assert strongest(opus_decoded([frame.opus for frame in frames if frame])) == pytest.approx(
        700, abs=3
    )
    assert strongest(pcmu_decoded(frames), 8000) == pytest.approx(700, abs=3)
    assert {len(frame.pcmu) for frame in frames if frame} == {160}
    assert max(len(frame.opus) for frame in frames if frame) < 160


def test_an_asset_is_written_once_and_leaves_nothing_else(tmp_path: Path) -> None:
    write_asset(tmp_path, "key", sine(700))
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    write_asset(tmp_path, "key", sine(900))
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before
    assert set(before) == {"key.opus20", "key.pcmu20"}


@pytest.mark.parametrize("key", ["../out", "/tmp/out", "", "a/../../out"])  # noqa: S108
def test_a_key_that_leaves_the_folder_is_refused(tmp_path: Path, key: str) -> None:
    with pytest.raises(AssetError):
        write_asset(tmp_path / "assets", key, sine(700))
    with pytest.raises(AssetError):
        read_asset(tmp_path / "assets", key)


def test_a_file_cut_short_is_refused_and_not_played(tmp_path: Path) -> None:
    write_asset(tmp_path, "key", sine(700))
    path = tmp_path / "key.opus20"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(AssetError, match="cut short"):
        read_asset(tmp_path, "key")


def test_an_uploaded_file_becomes_mono_at_48_khz(tmp_path: Path) -> None:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(22050)
        mono = (9000 * np.sin(2 * np.pi * 600 * np.arange(22050) / 22050)).astype(np.int16)
        out.writeframes(np.repeat(mono, 2).tobytes())
    path = tmp_path / "upload.wav"
    path.write_bytes(file.getvalue())
    for source in (file.getvalue(), path):
        pcm = decode_audio(source)
        assert len(pcm) == pytest.approx(RATE, abs=RATE // 100)
        assert strongest(pcm) == pytest.approx(600, abs=3)


def test_an_upload_without_sound_is_refused_with_a_sentence() -> None:
    with pytest.raises(AudioError, match="no sound"):
        decode_audio(b"this is a letter")


def test_g711_follows_the_standard() -> None:
    """Compared with FFmpeg's decoders: every octet, and samples all over the scale."""
    octets = bytes(range(256))
    through = np.array([linear(octet) for octet in octets], np.int16)
    assert (_ffmpeg("pcm_mulaw", octets) == through).all()
    samples = np.arange(-32768, 32768, 7).astype(np.int16)
    back = through[ulaw(samples)].astype(int)
    assert (np.abs(back - samples) <= 4 + np.abs(samples.astype(int)) / 32).all()
    as_alaw = _ffmpeg("pcm_alaw", ULAW_TO_ALAW).astype(int)
    assert (np.abs(as_alaw - through) <= 16 + np.abs(through.astype(int)) / 32).all()


def _ffmpeg(codec: str, octets: bytes) -> Pcm:
    decoder = av.CodecContext.create(codec, "r")
    assert isinstance(decoder, av.AudioCodecContext)
    decoder.sample_rate, decoder.layout = 8000, av.AudioLayout("mono")
    frames = decoder.decode(av.Packet(octets))
    return np.concatenate([frame.to_ndarray().ravel() for frame in frames]).astype(np.int16)


def test_every_named_tone_is_whole_frames_and_not_silent() -> None:
    for name in set(tone_names()) - {"music"}:
        pcm = synthesise(name)
        assert len(pcm) % 960 == 0
        assert pcm.any(), name


def test_ringback_has_the_frequencies_and_the_rhythm_of_its_country() -> None:
    ring = synthesise("ringback-us")
    spectrum = np.abs(np.fft.rfft(ring[: 2 * RATE].astype(float)))
    assert set(np.argsort(spectrum)[-2:] / 2) == {440.0, 480.0}
    assert not ring[2 * RATE :].any()
    assert len(ring) == 6 * RATE
    assert {"us", "gb", "de", "fr", "jp", "au", "za"} <= RINGBACK.keys()
    assert {"us", "gb", "eu"} == BUSY.keys()


def test_hold_music_is_soft_within_the_telephone_band_and_seamless() -> None:
    pcm = music()
    assert 60 * RATE <= len(pcm) <= 90 * RATE
    assert len(CHORDS) * 6 * RATE == len(pcm)
    power = np.abs(np.fft.rfft(pcm.astype(float))) ** 2
    hertz = np.fft.rfftfreq(len(pcm), 1 / RATE)
    assert power[hertz > 3400].sum() < 1e-4 * power.sum()
    assert dbfs(pcm) == pytest.approx(-18, abs=1)
    assert np.abs(pcm).max() < 32767
    inside = np.abs(np.diff(pcm.astype(int))).max()
    assert abs(int(pcm[0]) - int(pcm[-1])) <= inside


def test_a_seamless_sound_has_as_many_frames_and_no_silent_start() -> None:
    """Encoded from cold, Opus fades in; a loop must not."""
    tone = sine(500)
    cold = opus_decoded(opus_frames(tone))
    warm = opus_frames(tone, seamless=True)
    assert len(warm) == 50
    again = opus_decoded(warm + warm)
    seam = again[RATE - 480 : RATE + 480].astype(float)
    assert np.abs(seam).max() < 1.2 * 3000
    assert np.sqrt(np.mean(seam**2)) > 0.8 * 3000 / np.sqrt(2)
    assert not cold[:100].any() or np.abs(cold[:100]).max() < 3000
