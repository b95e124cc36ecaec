"""A browser stand-in: an aiortc client that sends a tone and records what it hears."""

import asyncio
import itertools
from collections.abc import Callable
from fractions import Fraction
from struct import pack
from typing import Any, cast

import aioice.ice
import av
import numpy as np
from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpTransceiver,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError

from apps.media.engine import Engine

RATE = 48000
FRAME = 960


def only_loopback() -> None:
    """Let clients gather 127.0.0.1, which aiortc leaves out, and nothing else."""
    aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: ["127.0.0.1"]


class Tone(MediaStreamTrack):
    """An endless sine."""

    kind = "audio"

    def __init__(self, hertz: float) -> None:
        super().__init__()
        self.hertz = hertz
        self._frames = 0
        self._start: float | None = None

    async def recv(self) -> av.AudioFrame:
        loop = asyncio.get_running_loop()
        if self._start is None:
            self._start = loop.time()
        await asyncio.sleep(max(0.0, self._start + self._frames * 0.02 - loop.time()))
        times = (np.arange(FRAME) + self._frames * FRAME) / RATE
        wave = (8000 * np.sin(2 * np.pi * self.hertz * times)).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(wave.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts = RATE, self._frames * FRAME
        frame.time_base = Fraction(1, RATE)
        self._frames += 1
        return frame


class TonePeer:
    """Sends a tone of so many hertz (None: only listens) and records every line it hears."""

    def __init__(self, hertz: float | None = 440, *, extra_lines: int = 0) -> None:
        only_loopback()
        self.pc = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.heard: list[list[np.ndarray[Any, np.dtype[np.int16]]]] = []
        self._tasks: list[asyncio.Task[None]] = []
        if hertz is not None:
            self.pc.addTransceiver(Tone(hertz), direction="sendrecv")
        else:
            extra_lines += 1
        for _ in range(extra_lines):
            self.pc.addTransceiver("audio", direction="recvonly")
        self.pc.on("track", self._record)

    @property
    def transceivers(self) -> list[RTCRtpTransceiver]:
        return self.pc.getTransceivers()

    async def offer(self) -> str:
        await self.pc.setLocalDescription(await self.pc.createOffer())
        return self.pc.localDescription.sdp

    async def answer(self, text: str) -> None:
        await self.pc.setRemoteDescription(RTCSessionDescription(text, "answer"))

    async def join(
        self, engine: Engine, call: str, leg: str, *, change: Callable[[str], str] = str
    ) -> str:
        """Offer (as `change` rewrites it) and take the answer, which is returned."""
        answer = await engine.negotiate(call, leg, change(await self.offer()))
        await self.answer(answer)
        return answer

    async def connected(self) -> None:
        await until(lambda: self.pc.connectionState == "connected")

    async def close(self) -> None:
        await self.pc.close()
        for task in self._tasks:
            task.cancel()

    def forget(self) -> None:
        """Hear anew from now on."""
        for line in self.heard:
            line.clear()

    def pcm(self, line: int = 0) -> np.ndarray[Any, np.dtype[np.int16]]:
        parts = self.heard[line] if line < len(self.heard) else []
        return np.concatenate(parts) if parts else np.zeros(0, np.int16)

    def heard_hz(self, line: int = 0, *, seconds: float = 0.4) -> float:
        """The strongest frequency of the last moment, 0 while it is silent or too short."""
        sound = self.pcm(line)[-int(seconds * RATE) :].astype(float)
        if len(sound) < seconds * RATE or np.sqrt(np.mean(sound**2)) < 100:
            return 0.0
        spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
        return float(np.argmax(spectrum) * RATE / len(sound))

    async def hears(self, hertz: float, line: int = 0) -> None:
        """Wait until a tone is heard."""
        await until(lambda: abs(self.heard_hz(line) - hertz) < 8)

    def on_packet(self, payload_type: int, take: Callable[[bytes], object]) -> None:
        """Take the payloads of one type before the receiver drops them."""
        dtls = self.transceivers[0].receiver.transport
        handle = dtls._handle_rtp_data

        async def tapped(data: bytes, arrival_time_ms: int) -> None:
            if data[1] & 0x7F == payload_type:
                take(data[12:])
            await handle(data, arrival_time_ms)

        dtls._handle_rtp_data = tapped  # type: ignore[method-assign]

    def _record(self, track: MediaStreamTrack) -> None:
        line: list[np.ndarray[Any, np.dtype[np.int16]]] = []
        self.heard.append(line)
        self._tasks.append(asyncio.ensure_future(_listen(track, line)))


async def _listen(track: MediaStreamTrack, line: list[Any]) -> None:
    resampler = av.AudioResampler("s16", "mono", RATE)
    try:
        while True:
            frame = cast(av.AudioFrame, await track.recv())
            line.extend(part.to_ndarray().ravel() for part in resampler.resample(frame))
    except MediaStreamError:
        return


async def until(condition: Callable[[], object], *, seconds: float = 20.0) -> None:
    """Wait for something that must come; the time-out is generous and never the measure."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


_pressed = itertools.count(1)


async def press(peer: TonePeer, key: int, *, payload_type: int) -> None:
    """Press a key as a browser does: five packets, the last one three times (RFC 4733 §2.5)."""
    turn = next(_pressed)
    sender = peer.transceivers[0].sender
    durations = [160, 320, 480, 640, 800, 800, 800]
    for place, duration in enumerate(durations):
        end = 0x80 if duration == 800 else 0
        header = pack(
            "!BBHII", 0x80, payload_type, 100 * turn + place, 16000 * turn, sender._ssrc ^ 1
        )
        event = pack("!BBH", key, end | 10, duration)
        await sender.transport._send_rtp(header + event)
