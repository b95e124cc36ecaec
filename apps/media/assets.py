"""Rendered sound on disk: written once by a worker, read by the media process, never changed.

An asset is a pair of files, `<folder>/<key>.opus20` and `<folder>/<key>.pcmu20`, one codec each:

    header   4 bytes `CF20`, 1 byte version, 1 byte codec (1 Opus, 2 µ-law), 2 bytes of milliseconds
             per frame, 4 bytes number of frames; all big endian
    frame    2 bytes length, then so many bytes of payload

The key names the content, so a pair that is there is right and is not written again.
"""

import io
import os
import tempfile
from itertools import chain
from pathlib import Path
from struct import Struct
from typing import NamedTuple

import av
import numpy as np

from apps.media.encoding import RATE, Pcm, levelled, opus_frames, pcmu_frames

MAGIC = b"CF20"
HEADER = Struct("!4sBBHI")
LENGTH = Struct("!H")
VERSION = 1
SUFFIXES = {".opus20": 1, ".pcmu20": 2}
LONGEST_SECONDS = 600
# Playlists and the like, which would have other files and addresses opened, are not among them.
READABLE = {"format_whitelist": "wav,ogg,flac,mp3", "protocol_whitelist": "file"}


class Frame(NamedTuple):
    """The same 20 ms in both encodings."""

    opus: bytes
    pcmu: bytes


Frames = tuple[Frame | None, ...]  # None is 20 ms of silence


class AssetError(Exception):
    """The asset is missing, cut short, or its key leaves the folder."""


class AudioError(Exception):
    """An uploaded file has no sound that can be read."""


class AudioTooLongError(AudioError):
    """It has more sound than is taken."""


def write_asset(folder: Path, key: str, pcm: Pcm) -> None:
    """Level, encode and store sound (int16, mono, 48 kHz). Does nothing when it is there already.

    Raises AssetError for a key that leaves the folder.
    """
    write_frames(folder, key, levelled(pcm), seamless=False)


def write_frames(folder: Path, key: str, pcm: Pcm, *, seamless: bool) -> None:
    """Store sound at the level it has; `seamless` when it will be repeated without a pause."""
    if has_asset(folder, key):
        return
    paths = {suffix: _path(folder, key, suffix) for suffix in SUFFIXES}
    paths[".opus20"].parent.mkdir(parents=True, exist_ok=True)
    _store(paths[".pcmu20"], SUFFIXES[".pcmu20"], pcmu_frames(pcm))
    _store(paths[".opus20"], SUFFIXES[".opus20"], opus_frames(pcm, seamless=seamless))


def has_asset(folder: Path, key: str) -> bool:
    """Whether both files are there."""
    return all(_path(folder, key, suffix).exists() for suffix in SUFFIXES)


def read_asset(folder: Path, key: str) -> Frames:
    """Return the frames of an asset; raises AssetError."""
    opus, pcmu = (_load(_path(folder, key, suffix), SUFFIXES[suffix]) for suffix in SUFFIXES)
    if len(opus) != len(pcmu):
        raise AssetError(f"the two encodings of asset {key} differ in length")
    return tuple(map(Frame, opus, pcmu))


def opus_packets(folder: Path, key: str) -> list[bytes]:
    """The Opus half of an asset; raises AssetError."""
    return _load(_path(folder, key, ".opus20"), SUFFIXES[".opus20"])


def move_asset(folder: Path, key: str, *, to: str) -> None:
    """Give the asset another key; what lay there was the same sound."""
    for suffix in SUFFIXES:
        target = _path(folder, to, suffix)
        target.parent.mkdir(parents=True, exist_ok=True)
        _path(folder, key, suffix).replace(target)


def delete_asset(folder: Path, key: str) -> None:
    """Remove the files of an asset, as far as they are there."""
    for suffix in SUFFIXES:
        _path(folder, key, suffix).unlink(missing_ok=True)


def decode_audio(source: Path | bytes, *, longest_seconds: int = LONGEST_SECONDS) -> Pcm:
    """Return a WAV, Ogg, FLAC or MP3 file as int16 mono 48 kHz; raises AudioError."""
    try:
        file = io.BytesIO(source) if isinstance(source, bytes) else str(source)
        with av.open(file, mode="r", options=READABLE) as container:
            return _decode(container, longest=longest_seconds * RATE)
    except (av.FFmpegError, IndexError, ValueError) as problem:
        raise AudioError("This file holds no sound that can be read.") from problem


def _decode(container: av.container.InputContainer, *, longest: int) -> Pcm:
    resampler, parts, samples = av.AudioResampler("s16", "mono", RATE), [], 0
    stream = container.streams.audio[0]
    for frame in chain(container.decode(stream), [None]):
        for part in resampler.resample(frame):
            parts.append(part.to_ndarray().ravel())
            samples += len(parts[-1])
            if samples > longest:
                raise AudioTooLongError(f"The sound is longer than {longest // RATE} seconds.")
    if not samples:
        raise AudioError("This file holds no sound that can be read.")
    return np.concatenate(parts).astype(np.int16)


def _path(folder: Path, key: str, suffix: str) -> Path:
    path = (folder / f"{key}{suffix}").resolve()
    if not key or not path.is_relative_to(folder.resolve()):
        raise AssetError(f"the asset key {key!r} leaves the asset folder")
    return path


def _store(path: Path, codec: int, frames: list[bytes]) -> None:
    """Write beside the place and rename: a reader sees a whole file or none."""
    header = HEADER.pack(MAGIC, VERSION, codec, 20, len(frames))
    body = b"".join(LENGTH.pack(len(frame)) + frame for frame in frames)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as file:
        file.write(header + body)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).chmod(0o644)
    Path(file.name).replace(path)


def _load(path: Path, codec: int) -> list[bytes]:
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise AssetError(f"the asset {path.name} cannot be read") from problem
    frames, position = [], HEADER.size
    if data[:4] != MAGIC or len(data) < HEADER.size or tuple(data[4:6]) != (VERSION, codec):
        raise AssetError(f"{path.name} is not an asset of this version")
    for _ in range(HEADER.unpack_from(data)[4]):
        if position + LENGTH.size > len(data):
            raise AssetError(f"the asset {path.name} is cut short")
        end = position + LENGTH.size + LENGTH.unpack_from(data, position)[0]
        frames.append(data[position + LENGTH.size : end])
        position = end
    if position != len(data):
        raise AssetError(f"the asset {path.name} is cut short")
    return frames
