"""SR-100: a quick connect nobody sees says what is missing."""

import pytest

from apps.routing.domain.visibility import Hidden, Visibility, visibility

pytestmark = pytest.mark.domain


@pytest.mark.parametrize(
    ("queues", "profiles", "agents", "expected"),
    [
        (0, 0, 0, Visibility(0, Hidden.ON_NO_QUEUE)),
        (2, 0, 0, Visibility(0, Hidden.IN_NO_PROFILE)),
        (2, 1, 0, Visibility(0, Hidden.NOBODY)),
        (2, 1, 7, Visibility(7, None)),
    ],
)
def test_the_first_missing_link_is_the_reason_sr_100(
    queues: int, profiles: int, agents: int, expected: Visibility
) -> None:
    assert visibility(queues=queues, profiles=profiles, agents=agents) == expected
