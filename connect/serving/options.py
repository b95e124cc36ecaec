"""What `serve` was told about this process."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from django.conf import settings

from apps.core.process import PROCESS
from apps.media.engine import EngineSettings
from connect.env import env_list
from connect.serving.errors import AudioUnreachableError


@dataclass(frozen=True)
class Options:
    """`capacity` in calls, `concurrency` in tasks, `drain_seconds` the longest farewell."""

    host: str
    media_port: int
    slot: str
    capacity: int
    concurrency: int
    drain_seconds: float


def engine_settings(options: Options) -> EngineSettings:
    """The media engine of this process, under its boot id; raises AudioUnreachableError."""
    host, advertised = options.host.strip("[]"), tuple(env_list("MEDIA_ADDRESSES"))
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
            f"listened for on {host} only: add --host 0.0.0.0, or the address of this machine."
        )


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"
