from collections.abc import Iterator

import pytest

from tests.scaled.site import Scaled


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scaled]:
    """The many-process shape; the agent is at the first web process, the caller at the second.

    A test that stops or kills something leaves it running again.
    """
    with Scaled(tmp_path_factory.mktemp("scaled"), web=2, media=2) as site:
        yield site
