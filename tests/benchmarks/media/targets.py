"""How a call of two parties is set up on each server."""

import asyncio
import re
import string
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import choices
from typing import Any, Protocol

import aiohttp

from tests.benchmarks.media.client import Party

ANSWER_SECONDS = 20


class Target(Protocol):
    """A server under measurement. It was given a folder for recordings, or None."""

    async def start(self) -> None: ...

    async def call(self, room: int, new_party: Callable[[], Party]) -> tuple[Party, Party]:
        """Set a call up; returns its parties, connected."""

    async def close(self) -> None: ...


class Ours:
    """tests.benchmarks.media.server."""

    ready = "/stats"

    def __init__(self, url: str, http: aiohttp.ClientSession, recordings: Path | None) -> None:
        self._url, self._http = url, http  # told of the recordings by its command line

    async def start(self) -> None:
        pass

    async def call(self, room: int, new_party: Callable[[], Party]) -> tuple[Party, Party]:
        return await self._party(room, 0, new_party()), await self._party(room, 1, new_party())

    async def close(self) -> None:
        pass

    async def _party(self, room: int, leg: int, party: Party) -> Party:
        offer = {"room": room, "leg": leg, "role": "party", "type": "offer"}
        offer["sdp"] = await party.description()
        async with self._http.post(f"{self._url}/offer", json=offer) as response:
            response.raise_for_status()
            answer = await response.json()
        await party.connect(answer["sdp"])
        return party


class JanusVideoCall:
    """Janus' plugin that relays between two parties: the cheapest thing it does."""

    ready = "/janus/info"

    def __init__(self, url: str, http: aiohttp.ClientSession, recordings: Path | None) -> None:
        self._url, self._http, self._recordings = f"{url}/janus", http, recordings
        self._events: dict[int, asyncio.Queue[Any]] = {}
        self._session = ""
        self._poller: asyncio.Task[None] | None = None

    async def start(self) -> None:
        created = await self._post("", janus="create")
        self._session = f"/{created['data']['id']}"
        self._poller = asyncio.create_task(self._poll())

    async def call(self, room: int, new_party: Callable[[], Party]) -> tuple[Party, Party]:
        caller, callee = new_party(), new_party()
        calling, called = [await self._attach(f"{side}{room}") for side in "ab"]
        offer = {"type": "offer", "sdp": await caller.description()}
        await self._tell(calling, {"request": "call", "username": f"b{room}"}, offer)
        offered = await self._description(called)
        opus = re.search(r"a=rtpmap:(\d+) opus", offered)
        mid = re.search(r"a=mid:(\S+)", offered)
        assert opus and mid
        answer = await callee.description(setup="active", opus=int(opus[1]), mid=mid[1])
        connecting = asyncio.create_task(callee.connect(offered, offerer=False))
        await self._tell(called, {"request": "accept"}, {"type": "answer", "sdp": answer})
        await caller.connect(await self._description(calling))
        await connecting
        if self._recordings is not None:
            for handle in (calling, called):
                file = str(self._recordings / f"{handle}")
                await self._tell(handle, {"request": "set", "record": True, "filename": file})
        return caller, callee

    async def close(self) -> None:
        if self._poller is not None:
            self._poller.cancel()
            with suppress(asyncio.CancelledError, aiohttp.ClientError):
                await self._poller

    async def _attach(self, username: str) -> int:
        attached = await self._post(self._session, janus="attach", plugin="janus.plugin.videocall")
        handle = int(attached["data"]["id"])
        self._events[handle] = asyncio.Queue()
        await self._tell(handle, {"request": "register", "username": username})
        await self._event(handle)
        return handle

    async def _tell(
        self, handle: int, body: dict[str, str | bool], jsep: dict[str, str] | None = None
    ) -> None:
        more = {"jsep": jsep} if jsep else {}
        await self._post(f"{self._session}/{handle}", janus="message", body=body, **more)

    async def _description(self, handle: int) -> str:
        while True:
            event = await self._event(handle)
            if "jsep" in event:
                return str(event["jsep"]["sdp"])

    async def _event(self, handle: int) -> dict[str, Any]:
        event = await asyncio.wait_for(self._events[handle].get(), ANSWER_SECONDS)
        if "error" in event["plugindata"]["data"]:
            raise RuntimeError(event["plugindata"]["data"]["error"])
        return event

    async def _post(self, path: str, **message: Any) -> dict[str, Any]:
        message["transaction"] = "".join(choices(string.ascii_letters, k=12))
        async with self._http.post(self._url + path, json=message) as response:
            answer = await response.json()
        if answer["janus"] == "error":
            raise RuntimeError(answer["error"]["reason"])
        return answer

    async def _poll(self) -> None:
        while True:
            async with self._http.get(f"{self._url}{self._session}?maxev=20") as response:
                events = await response.json()
            for event in events if isinstance(events, list) else [events]:
                queue = self._events.get(event.get("sender"))
                if queue is not None and event.get("janus") == "event":
                    queue.put_nowait(event)


TARGETS = {"ours": Ours, "janus": JanusVideoCall}
