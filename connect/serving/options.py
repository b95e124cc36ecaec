"""What `serve` was told about this process."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from apps.core.process import PROCESS
from apps.media.engine import EngineSettings
from connect.env import env_list


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
    """The media engine of this process, under its boot id."""
    return EngineSettings(
        assets_dir=settings.ASSETS_DIR,
        journals_dir=settings.JOURNALS_DIR,
        host=options.host.strip("[]"),
        port=options.media_port,
        advertised=tuple(env_list("MEDIA_ADDRESSES")),
        boot_id=PROCESS,
    )
