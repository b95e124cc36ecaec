"""People and instances that every test may use, made by the real services."""

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from apps.instances.models import Instance
from apps.users.models import User
from tests import silent_writes
from tests.furnished import furnish
from tests.new_instances import new_instance
from tests.people import user_with

# How long an example takes tells of the machine, not of the rule.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


# Who is served first: folders whose tests share servers or browsers, and wait more than they work.
SERVED_BY = {"live": "one worker", "browser": "another worker", "scaled": "another worker"}
PATIENCE = 10  # niceness of all other tests: they take what is left, and nobody's audio suffers


class FoldersTogether(LoadScopeScheduling):  # type: ignore[misc]
    """With several workers, each folder whose tests share servers or browsers stays in one.

    pytest-xdist has groups for that, but 3.8 loses them under pytest 9.
    """

    def _split_scope(self, nodeid: str) -> str:
        return SERVED_BY.get(_folder(nodeid), nodeid)


def _folder(nodeid: str) -> str:
    return nodeid.split("/")[1]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A worker's first test of its own makes it patient: by then its folders are done."""
    if "PYTEST_XDIST_WORKER" in os.environ and _folder(item.nodeid) not in SERVED_BY:
        os.nice(max(0, PATIENCE - os.nice(0)))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FoldersTogether:
    return FoldersTogether(config, log)


@pytest.fixture(autouse=True, scope="session")
def _no_silent_writes() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        silent_writes.forbid(patch)
        yield


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """A test's rollback gives keys out again; what was remembered about them must not live on."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the demo in it, to be copied; made by the first worker that wants one."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder = shared / "furnished"
    with (shared / "furnished.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not folder.exists():
            furnish(shared / "unfinished").rename(folder)
    return folder


@pytest.fixture
def demo_instance(db: None) -> Instance:
    return new_instance("demo")


@pytest.fixture
def other_instance(db: None) -> Instance:
    return new_instance("other")


@pytest.fixture
def ana(demo_instance: Instance) -> User:
    """An agent of `demo`."""
    return user_with(demo_instance, "ana", "Agent", first_name="Ana", last_name="Lima")


@pytest.fixture
def mia(demo_instance: Instance) -> User:
    """A second agent of `demo`."""
    return user_with(demo_instance, "mia", "Agent", first_name="Mia", last_name="Berg")


@pytest.fixture
def max_(demo_instance: Instance) -> User:
    """A manager of `demo`."""
    return user_with(demo_instance, "max", "CallCenterManager", first_name="Max", last_name="Roth")


@pytest.fixture
def ada(demo_instance: Instance) -> User:
    """An administrator of `demo`."""
    return user_with(demo_instance, "ada", "Admin", first_name="Ada", last_name="Byron")


@pytest.fixture
def otto(other_instance: Instance) -> User:
    """An administrator of `other`: as powerful as can be, elsewhere."""
    return user_with(other_instance, "otto", "Admin", first_name="Otto", last_name="Klein")
