"""Journals to one stereo WebM Opus file with an index, and its waveform (media page, section 5).

The customer is left, the agent right. Only a block of sound is in memory at a time, beside the
packets as they were received.
"""

from array import array
from collections.abc import Iterable, Iterator
from datetime import datetime
from fractions import Fraction
from itertools import groupby
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from apps.media.codec import Codec
from apps.media.journal_reader import JournalPacket, JournalTrack
from apps.recordings.domain.placing import Heard, places
from apps.recordings.domain.timeline import (
    FRAME,
    RATE,
    frames_per_peak,
    senders_order,
    shift_into,
)

Sound = NDArray[np.int16]
SIDES = ("customer", "agent")  # left, right
BITS = 48000  # per second, both sides together
# The index is put in front when all is written, so that a player may seek at once; packets of
# five seconds share a cluster. Nothing in the file depends on when or where it was made.
MUXER = {"cues_to_front": "1", "cluster_time_limit": "5000", "fflags": "bitexact"}
# For two voices at this rate "audio" sounds no worse than "voip" and costs a third (measured).
ENCODER = {"application": "audio", "frame_duration": "20", "compression_level": "5"}
_DECODERS = {Codec.OPUS: "libopus", Codec.PCMU: "pcm_mulaw", Codec.PCMA: "pcm_alaw"}


def make_file(
    tracks: Iterable[tuple[str, JournalTrack]], *, path: Path, begun: datetime, duration: int
) -> dict[str, Any]:
    """Write the file of `duration` samples; returns the waveform, see `PeaksSerializer`.

    `tracks` are journals with the life of the media node that wrote each. Raises OSError.
    """
    voices = {side: _voices(tracks, side=side, begun=begun, duration=duration) for side in SIDES}
    block = frames_per_peak(duration) * FRAME
    peaks: dict[str, list[float]] = {side: [] for side in SIDES}
    with av.open(str(path), "w", format="webm", options=MUXER) as container:
        stream = _opus_stream(container)
        for start in range(0, duration, block):
            stereo = np.zeros((min(block, duration - start), 2), np.int16)
            for channel, side in enumerate(SIDES):
                stereo[:, channel] = _mixed(voices[side], start=start, length=len(stereo))
                peaks[side].append(_loudest(stereo[:, channel]))
            container.mux(stream.encode(_frame(stereo, start)))
        container.mux(stream.encode(None))
    return {"per_second": round(RATE / block, 4)} | _normalised(peaks)


class Voice:
    """The sound of one journal, given out block by block."""

    def __init__(self, packets: Iterable[JournalPacket], *, begin: int) -> None:
        self._pieces = _decoded(list(packets), begin=begin)
        self._held: tuple[int, Sound] | None = None

    def add_to(self, block: NDArray[np.int32], *, start: int) -> None:
        """Mix in what lies in the block; `start` only ever rises."""
        end = start + len(block)
        while (piece := self._held or next(self._pieces, None)) is not None:
            position, sound = piece
            if position >= end:
                self._held = piece
                return
            sound = sound[max(0, start - position) :]
            position = max(position, start)
            inside = sound[: end - position]
            block[position - start : position - start + len(inside)] += inside
            rest = sound[len(inside) :]
            self._held = (end, rest) if len(rest) else None


def _voices(
    tracks: Iterable[tuple[str, JournalTrack]], *, side: str, begun: datetime, duration: int
) -> list[Voice]:
    found = []
    lives = groupby(sorted(tracks, key=lambda each: each[0]), key=lambda each: each[0])
    for _life, group in lives:
        spoken = [track for _, track in group if track.packets]
        begins = [_begin(track, begun) for track in spoken]
        if not begins:
            continue
        first = min(b + _samples(t.packets[0].offset) for t, b in zip(spoken, begins, strict=True))
        last = max(b + _samples(t.packets[-1].offset) for t, b in zip(spoken, begins, strict=True))
        shift = shift_into(begin=first, end=last + FRAME, duration=duration)
        found += [
            Voice(track.packets, begin=begin + shift)
            for track, begin in zip(spoken, begins, strict=True)
            if track.side == side
        ]
    return found


def _begin(track: JournalTrack, begun: datetime) -> int:
    return _samples((track.started_at - begun).total_seconds())


def _samples(seconds: float) -> int:
    return round(seconds * RATE)


def _decoded(packets: list[JournalPacket], *, begin: int) -> Iterator[tuple[int, Sound]]:
    """(position, sound) of each packet that can be decoded, in order; none lies over another."""
    decoders = {codec: _decoder(codec) for codec in {packet.codec for packet in packets}}
    arrivals = array("q", (begin + _samples(packet.offset) for packet in packets))
    order = array("q", senders_order(arrivals, [packet.sequence for packet in packets]))
    positions = array("q", places(_heard(packets[each], arrivals[each]) for each in order))
    end = min(positions, default=begin)
    for index, position in zip(order, positions, strict=True):
        sound = _sound(decoders[packets[index].codec], packets[index])
        if sound is not None:
            covered = max(0, end - position)
            yield position + covered, sound[covered:]
            end = max(end, position + len(sound))


def _heard(packet: JournalPacket, arrival: int) -> Heard:
    return Heard(arrival, packet.sequence, packet.timestamp, packet.codec.clock_rate)


def _decoder(codec: Codec) -> av.AudioCodecContext:
    decoder = av.CodecContext.create(_DECODERS[codec], "r")
    assert isinstance(decoder, av.AudioCodecContext)
    decoder.sample_rate, decoder.layout = codec.clock_rate, av.AudioLayout("mono")
    return decoder


def _sound(decoder: av.AudioCodecContext, packet: JournalPacket) -> Sound | None:
    """Mono at 48 kHz; None for a packet that is no sound. One packet is one frame."""
    try:
        frames = decoder.decode(av.Packet(packet.payload))
    except (av.FFmpegError, ValueError):
        return None
    if not frames:
        return None
    sound = np.frombuffer(memoryview(frames[0].planes[0]), np.int16, frames[0].samples)
    step = RATE // packet.codec.clock_rate
    if step == 1:
        return sound
    points = np.arange(len(sound) * step) / step
    return np.interp(points, np.arange(len(sound)), sound).astype(np.int16)


def _mixed(voices: list[Voice], *, start: int, length: int) -> Sound:
    block = np.zeros(length, np.int32)
    for voice in voices:
        voice.add_to(block, start=start)
    return np.clip(block, -32768, 32767).astype(np.int16)


def _opus_stream(container: Any) -> Any:
    stream = container.add_stream("libopus", rate=RATE, options=ENCODER)
    stream.bit_rate, stream.layout, stream.format = BITS, "stereo", "s16"
    stream.time_base = Fraction(1, RATE)
    return stream


def _frame(stereo: Sound, start: int) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(stereo.reshape(1, -1), format="s16", layout="stereo")
    frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
    return frame


def _loudest(sound: Sound) -> float:
    return float(max(int(sound.max()), -int(sound.min()))) if len(sound) else 0.0


def _normalised(peaks: dict[str, list[float]]) -> dict[str, list[float]]:
    """0 to 1, the loudest of both sides being 1."""
    top = max((max(values, default=0.0) for values in peaks.values()), default=0.0) or 1.0
    return {side: [round(value / top, 3) for value in values] for side, values in peaks.items()}
