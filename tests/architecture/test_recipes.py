"""The recipes name options that exist, and give each process what its role needs."""

import re
import shlex
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import load_command_class

from apps.core.uploads import LARGEST_BODY

pytestmark = pytest.mark.domain

ROOT = Path(__file__).parents[2]
RECIPES = ROOT / "docs" / "recipes"
UNITS = sorted((RECIPES / "systemd").glob("*.service"))
ROLES = {"web", "control", "worker", "media"}


def compose() -> dict[str, Any]:
    services: dict[str, Any] = yaml.safe_load((RECIPES / "compose.yaml").read_text())["services"]
    return services


def parsed(words: list[str]) -> Any:
    """As `manage.py serve` reads them; specifiers of systemd stand for one digit."""
    parser = load_command_class("connect", "serve").create_parser("manage.py", "serve")
    return parser.parse_args([re.sub(r"%\w", "1", word) for word in words])


def unit(path: Path) -> dict[str, str]:
    lines = (line.partition("=") for line in path.read_text().splitlines())
    return {name: value for name, _, value in lines}


def test_there_is_a_unit_for_each_role_and_its_command_can_be_read() -> None:
    roles = {parsed(shlex.split(unit(path)["ExecStart"])[3:]).role for path in UNITS}

    assert roles == ROLES


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_waits_for_readiness_and_comes_back(path: Path) -> None:
    facts = unit(path)

    assert (facts["Type"], facts["Restart"]) == ("notify", "always")
    options = parsed(shlex.split(facts["ExecStart"])[3:])
    if options.role == "media":
        assert float(facts["TimeoutStopSec"]) > options.drain_seconds


def test_the_compose_file_has_every_role_with_health_and_the_common_volume() -> None:
    services = compose()
    roles = {}
    for name in services.keys() - {"postgres", "redis"}:
        service = services[name]
        options = parsed(service["command"])
        roles[options.role] = options
        assert service["volumes"] == ["data:/srv/connect"]
        assert f":{options.port}/health" in service["healthcheck"]["test"][-1]

    assert roles.keys() == ROLES
    assert services["media"]["stop_grace_period"] == "61m"
    assert roles["media"].drain_seconds == 3600


def test_the_proxy_tells_who_visits_and_the_web_processes_believe_it_alone_s_05() -> None:
    """S-05: else everybody is 127.0.0.1, or whoever a client says."""
    site = (RECIPES / "nginx.conf").read_text()
    environment = (RECIPES / "systemd" / "connect.environment").read_text()

    assert "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;" in site
    assert "CONNECT_PROXIES=1" in environment.splitlines()
    for name in compose().keys() - {"postgres", "redis"}:
        assert compose()[name]["environment"]["CONNECT_PROXIES"] == "${CONNECT_PROXIES:-0}"


def test_the_proxy_lets_the_largest_file_pass() -> None:
    site = (RECIPES / "nginx.conf").read_text()

    found = re.search(r"client_max_body_size (\d+)m;", site)

    assert found is not None
    assert int(found[1]) * 1024 * 1024 >= LARGEST_BODY


def test_audio_is_listened_for_where_other_machines_come() -> None:
    media = parsed(compose()["media"]["command"])

    assert media.media_host == "0.0.0.0"  # noqa: S104
    assert media.host == "127.0.0.1"


def is_in_the_image(path: str) -> bool:
    """By the rule of .dockerignore: the last line that matches decides."""
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    ways = [path, *map(str, Path(path).parents)]
    taken = True
    for line in (line for line in lines if not line.startswith("#")):
        pattern = line.removeprefix("!").removeprefix("**/")
        if any(fnmatch(Path(way).name if "**/" in line else way, pattern) for way in ways):
            taken = line.startswith("!")
    return taken


@pytest.mark.parametrize(
    "path",
    [
        "data/connect.sqlite3", "data/secret-key", "elsewhere/secret-key", ".venv/bin/python",
        ".git/config", ".env", "tests/conftest.py", "apps/core/__pycache__/clock.cpython-311.pyc",
    ],
)  # fmt: skip
def test_what_people_keep_beside_the_code_is_in_no_image(path: str) -> None:
    assert not is_in_the_image(path)


@pytest.mark.parametrize(
    "path",
    [
        "manage.py", "apps/core/clock.py", "connect/settings.py", "requirements/scale.txt",
        "static/connect/icons.svg", "templates/base.html",
    ],
)  # fmt: skip
def test_what_runs_is_in_the_image(path: str) -> None:
    assert is_in_the_image(path)
