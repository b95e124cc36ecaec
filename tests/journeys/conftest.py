from collections.abc import Iterator

import pytest

from tests.journeys.house import House, open_house


@pytest.fixture
def house(transactional_db: None) -> Iterator[House]:
    with open_house() as house:
        yield house
