"""`manage.py serve --role …`: refusals in one sentence, readiness for systemd, health alone."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from typing import Any

import pytest

from apps.core import bus
from connect.health import readiness
from connect.serving import health_edge, volume
from connect.serving.errors import VolumeNotSharedError
from connect.serving.notify import Notifier, systemd_part
from tests.connect.serving.processes import running
from tests.connect.serving.test_serve import ENVIRON

pytestmark = pytest.mark.journey

TWO_SERVERS = {
    "CONNECT_DATABASE_URL": "postgres://nobody@127.0.0.1:9/none",
    "CONNECT_REDIS_URL": "redis://127.0.0.1:9/0",
}
PATIENCE = 180


def refusal(tmp_path: Path, *options: str, environ: dict[str, str]) -> str:
    """The only line of a start that is refused."""
    arguments = ("--port", "0", "--data-dir", str(tmp_path), *options)
    with running("manage.py", "serve", *arguments, environ={**ENVIRON, **environ}) as process:
        assert process.end() == 1
    assert len(process.lines) == 1
    return process.lines[0]


def test_a_role_needs_the_two_servers(tmp_path: Path) -> None:
    line = refusal(tmp_path, "--role", "media", environ={})

    assert "--role media is one process of many: set CONNECT_DATABASE_URL" in line


def test_with_the_two_servers_a_role_is_needed(tmp_path: Path) -> None:
    assert "say with --role what this process does" in refusal(tmp_path, environ=TWO_SERVERS)


def test_an_option_that_cannot_be_used_ends_the_start_with_one_sentence(tmp_path: Path) -> None:
    line = refusal(tmp_path, "--role", "media", "--slot", "all", environ=TWO_SERVERS)

    assert "--slot 'all' is no name of a media process" in line


async def test_a_process_without_pages_answers_health_and_nothing_else() -> None:
    readiness.expect(["media"])

    async def ask(path: str, method: str = "GET") -> int:
        said: list[dict[str, Any]] = []

        async def send(message: dict[str, Any]) -> None:
            said.append(message)

        scope = {"type": "http", "path": path, "method": method}
        await health_edge.application(scope, None, send)
        return int(said[0]["status"])

    assert await ask("/health") == 503
    readiness.mark("media", "ready")
    assert await ask("/health") == 200
    assert [await ask("/"), await ask("/health", "POST")] == [404, 404]


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> socket.socket:
    """A service manager that listens."""
    line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    line.bind(str(tmp_path / "notify"))
    line.settimeout(PATIENCE)
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    return line


async def test_a_service_manager_is_told_ready_alive_and_stopping(
    manager: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "20000")
    part = systemd_part()
    assert part is not None

    await part.start()
    told = [await asyncio.to_thread(manager.recv, 100) for _ in range(3)]
    await part.stop()

    assert told == [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1"]
    while (last := manager.recv(100)) == b"WATCHDOG=1":
        continue
    assert last == b"STOPPING=1"
    manager.close()


async def test_without_a_service_manager_nobody_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)

    assert systemd_part() is None
    Notifier("/nowhere/at/all", watchdog_seconds=None).say("READY=1")


class TestVolume:
    """A media process without the common data folder would be mute: it does not start."""

    async def look(self, folder: Path, *, word: str) -> list[str]:
        said: list[str] = []
        looking = asyncio.ensure_future(volume.require_volume(folder, say=said.append))
        await asyncio.sleep(0)
        bus.publish_now("media.all", {"kind": "control_alive", "volume": word})
        await looking
        return said

    async def test_the_folder_of_control_is_taken(self, tmp_path: Path) -> None:
        word = volume.marked_volume(tmp_path)

        assert volume.marked_volume(tmp_path) == word
        assert await self.look(tmp_path, word=word) == []

    async def test_only_the_mark_in_the_folder_counts(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A name from elsewhere would say nothing about the folder."""
        monkeypatch.setenv("CONNECT_VOLUME_ID", "my-volume")

        word = volume.marked_volume(tmp_path)

        assert (tmp_path / "volume-id").read_text().strip() == word != "my-volume"
        assert await self.look(tmp_path, word=word) == []

    @pytest.mark.parametrize("is_marked", [True, False])
    async def test_another_folder_is_refused(self, tmp_path: Path, is_marked: bool) -> None:
        if is_marked:
            volume.marked_volume(tmp_path)

        with pytest.raises(VolumeNotSharedError, match=r"Mount the same volume"):
            await self.look(tmp_path, word="of another folder")
