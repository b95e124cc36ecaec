from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from apps.contacts.models import Call, Contact
from apps.core import clock
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.recordings.models import Recording

BEGUN = datetime(2024, 3, 1, 11, 30, tzinfo=UTC)
SECONDS = 6


@pytest.fixture
def folders(settings: Settings, tmp_path: Path) -> Path:
    """Journals and finished recordings below a folder of the test's own."""
    settings.JOURNALS_DIR = tmp_path / "journals"
    settings.JOURNALS_DIR.mkdir()
    settings.STORAGES = {
        **settings.STORAGES,
        "recordings": {
            "BACKEND": "apps.recordings.storage.WholeFileStorage",
            "OPTIONS": {"location": tmp_path / "recordings"},
        },
    }
    return tmp_path


@pytest.fixture
def recording(demo_instance: Instance, folders: Path) -> Iterator[Recording]:
    """A conversation of six seconds that is over, both sides recorded; the scope is open."""
    with instance_scope(demo_instance):
        yield stopped_recording(demo_instance)


def stopped_recording(instance: Instance, *, begun: datetime = BEGUN) -> Recording:
    contact = Contact.objects.create(
        instance=instance,
        call=Call.objects.create(instance=instance, node="test"),
        initiation=Contact.Initiation.INBOUND,
        system_number="+12065550100",
        recorded=["agent", "customer"],
    )
    return Recording.objects.create(
        instance=instance,
        contact=contact,
        participants=["agent", "customer"],
        state=Recording.State.STOPPED,
        started_at=begun,
        stopped_at=begun + timedelta(seconds=SECONDS),
        due_at=clock.now(),
    )
