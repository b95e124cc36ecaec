"""One browser leg of a robot: the tone goes out, what comes in goes to the listener."""

import asyncio
import functools
from collections.abc import Callable, Coroutine
from typing import Any

from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCPeerConnection,
    RTCSessionDescription,
)

from apps.robots.audio import Listener, ToneTrack
from apps.robots.errors import RobotError

LOOPBACK = "127.0.0.1"


class Leg:
    """An offerer without STUN or TURN. `loopback` keeps its sockets on 127.0.0.1."""

    def __init__(self, *, hertz: float, listener: Listener, loopback: bool) -> None:
        self._peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._listener = listener
        self._tasks: set[asyncio.Task[None]] = set()
        self._peer.addTrack(ToneTrack(hertz))
        self._peer.on("track", self._hear)
        if loopback:
            stay_on_loopback(self._peer)

    async def offer(self) -> str:
        """Return the offer with all candidates in it: the doors know no trickling."""
        await self._peer.setLocalDescription(await self._peer.createOffer())
        return self._peer.localDescription.sdp

    async def answered(self, sdp: str) -> None:
        """Take the server's answer; connecting goes on in the background."""
        try:
            await self._peer.setRemoteDescription(RTCSessionDescription(sdp, "answer"))
        except ValueError as error:
            raise RobotError(f"The server's audio answer cannot be used: {error}.") from error

    async def close(self) -> None:
        for sender in self._peer.getSenders():
            if sender.track:
                sender.track.stop()
        await self._peer.close()
        # aiortc ends a track only if its transport ever came up.
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _hear(self, track: MediaStreamTrack) -> None:
        task = asyncio.create_task(self._listener.listen(track))
        self._tasks.add(task)


def stay_on_loopback(peer: RTCPeerConnection) -> None:
    """Gather 127.0.0.1 and nothing else; call it once a track is added.

    The ICE agent below aiortc leaves loopback out, and a robot that calls a server on its own
    machine must work without any network.
    """
    gatherer = peer.getSenders()[0].transport.transport.iceGatherer
    agent = gatherer._connection
    agent.get_component_candidates = functools.partial(  # type: ignore[method-assign]
        _candidates_on_loopback, agent.get_component_candidates
    )


async def _candidates_on_loopback(
    gather: Callable[..., Coroutine[Any, Any, Any]],
    component: int,
    addresses: list[str],
) -> Any:
    del addresses
    return await gather(component=component, addresses=[LOOPBACK])
