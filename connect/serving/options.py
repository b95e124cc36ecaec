"""What `serve` was told about this process."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from django.conf import settings

from apps.core.process import PROCESS
from apps.media.engine import EngineSettings
from apps.voice.wire import ALL_NODES, node_topic
from connect.env import env_list
from connect.serving.errors import AudioUnreachableError, OptionError

MOST_CALLS = 10_000  # far more than a process carries


@dataclass(frozen=True)
class Options:
    """`capacity` in calls, `concurrency` in tasks, `drain_seconds` the longest farewell."""

    host: str
    media_host: str
    media_port: int
    slot: str
    capacity: int
    concurrency: int
    drain_seconds: float


def engine_settings(options: Options) -> EngineSettings:
    """The media engine of this process, under its boot id; raises AudioUnreachableError."""
    host, advertised = options.media_host.strip("[]"), tuple(env_list("MEDIA_ADDRESSES"))
    _require_reach(host, advertised)
    return EngineSettings(
        assets_dir=settings.ASSETS_DIR,
        journals_dir=settings.JOURNALS_DIR,
        host=host,
        port=options.media_port,
        advertised=advertised,
        boot_id=PROCESS,
    )


def _require_reach(host: str, advertised: tuple[str, ...]) -> None:
    """Calls of other machines would connect to nothing, and nobody would know why."""
    outside = [address for address in advertised if not _is_loopback(address)]
    if outside and _is_loopback(host):
        raise AudioUnreachableError(
            f"CONNECT_MEDIA_ADDRESSES tells browsers to send audio to {outside[0]}, but it is "
            f"listened for on {host} only: add --media-host 0.0.0.0, or this machine's address."
        )


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


def require_usable(options: Options, *, role: str | None) -> None:
    """Raises `OptionError` for a slot or capacity that control could not write down."""
    if not 1 <= options.capacity <= MOST_CALLS:
        raise OptionError(f"--capacity is a number of calls from 1 to {MOST_CALLS}.")
    if role == "media" and not _is_name(options.slot):
        raise OptionError(
            f"--slot {options.slot!r} is no name of a media process: choose one of at most 64 "
            "letters, digits, dots, hyphens and underscores, other than 'all'."
        )


def _is_name(slot: str) -> bool:
    return bool(re.fullmatch(r"[A-Za-z0-9._-]{1,64}", slot)) and node_topic(slot) != ALL_NODES
