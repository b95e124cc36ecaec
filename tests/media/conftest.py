"""An engine on a free loopback port, its events, and peers that are closed afterwards."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from apps.media.engine import Engine, EngineSettings
from apps.media.events import Event
from tests.media.peers import TonePeer
from tests.media.stage import Stage


@pytest.fixture(scope="session")
def assets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("assets")


@pytest.fixture
def events() -> list[Event]:
    return []


@pytest.fixture
def assets_settings(assets: Path, tmp_path: Path) -> EngineSettings:
    return EngineSettings(assets_dir=assets, journals_dir=tmp_path / "journals")


@pytest.fixture
async def engine(assets_settings: EngineSettings, events: list[Event]) -> AsyncIterator[Engine]:
    engine = Engine(assets_settings, events.append)
    await engine.start()
    yield engine
    await engine.aclose()


@pytest.fixture
async def peer() -> AsyncIterator[Callable[..., TonePeer]]:
    made: list[TonePeer] = []

    def make(hertz: float | None = 440, *, extra_lines: int = 0) -> TonePeer:
        made.append(TonePeer(hertz, extra_lines=extra_lines))
        return made[-1]

    yield make
    for one in made:
        await one.close()


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    stage = Stage(tmp_path)
    yield stage
    await stage.engine.aclose()
