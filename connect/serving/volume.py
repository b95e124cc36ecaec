"""One data volume for all processes: control marks it, a media process looks for the mark."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

from apps.core import bus
from apps.voice.wire import ALL_NODES
from connect.env import kept_secret
from connect.serving.errors import VolumeNotSharedError
from connect.serving.progress import Say

MARK = "volume-id"
SAY_AFTER_SECONDS = 2.0


def marked_volume(folder: Path) -> str:
    """The name in the mark of this folder; made by the first control process."""
    return kept_secret(folder / MARK)


async def require_volume(folder: Path, *, say: Say) -> None:
    """Wait for the word of a control process; raises VolumeNotSharedError if it means another.

    Prompts are read from the volume and recordings written to it: without it, calls would be mute.
    """
    meant = await _word_of_control(say)
    mark = folder / MARK
    found = mark.read_text(encoding="ascii").strip() if mark.exists() else ""
    if found != meant:
        raise VolumeNotSharedError(
            f"The data folder {folder} is not the one of the control processes. "
            "Mount the same volume for all processes, or correct --data-dir."
        )


async def _word_of_control(say: Say) -> str:
    loop = asyncio.get_running_loop()
    heard: asyncio.Future[str] = loop.create_future()

    def settle(volume: str) -> None:
        if not heard.done():
            heard.set_result(volume)

    def take(message: bus.Message) -> None:
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(settle, str(message.get("volume", "")))

    end = bus.subscribe(ALL_NODES, take)
    reminder = loop.call_later(SAY_AFTER_SECONDS, say, "Waiting for a control process.")
    try:
        return await heard
    finally:
        reminder.cancel()
        end()
