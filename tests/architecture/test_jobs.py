"""Every name in an app's jobs.py is a registered Celery task: a job nobody carries out is lost."""

import importlib
from pathlib import Path

import pytest
from celery import current_app

pytestmark = pytest.mark.domain

APPS = Path(__file__).resolve().parents[2] / "apps"
ROOMS = sorted(path.parent.name for path in APPS.glob("*/jobs.py") if path.parent.name != "core")


def names_in(app: str) -> dict[str, str]:
    room = vars(importlib.import_module(f"apps.{app}.jobs"))
    return {name: value for name, value in room.items() if name.isupper()}


def test_there_are_rooms_to_look_at() -> None:
    assert "flows" in ROOMS


@pytest.mark.parametrize("app", ROOMS)
def test_each_job_is_a_registered_task_of_its_app(app: str) -> None:
    current_app.loader.import_default_modules()

    for constant, name in names_in(app).items():
        assert name in current_app.tasks, constant
        assert name.startswith(f"{app}."), constant
