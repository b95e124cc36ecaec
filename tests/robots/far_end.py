"""The other side of a robot's audio: an aiortc peer with a tone and an ear of its own."""

import asyncio

from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from apps.robots.audio import Listener, ToneTrack
from apps.robots.leg import stay_on_loopback


class FarEnd:
    """Answers an offer; `up` is set once audio flows."""

    def __init__(self, hertz: float) -> None:
        self.listener = Listener()
        self.up = asyncio.Event()
        self._peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._peer.addTrack(ToneTrack(hertz))
        self._peer.on("track", self._hear)
        self._peer.on("connectionstatechange", self._changed)
        self._tasks: list[asyncio.Task[None]] = []

    async def answer(self, offer: str) -> str:
        stay_on_loopback(self._peer)
        await self._peer.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        await self._peer.setLocalDescription(await self._peer.createAnswer())
        return self._peer.localDescription.sdp

    async def close(self) -> None:
        await self._peer.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _hear(self, track: MediaStreamTrack) -> None:
        self._tasks.append(asyncio.create_task(self.listener.listen(track)))

    def _changed(self) -> None:
        if self._peer.connectionState == "connected":
            self.listener.open()
            self.up.set()
