"""Messages between the processes get lost at random: everything still comes right."""

from collections.abc import Iterator

import pytest

from tests.live.sound import AGENT_HZ, CALLER_HZ, holds_both_tones
from tests.scaled.lossy_redis import LossyRedis, end_of_answer
from tests.scaled.site import Scaled
from tests.scaled.talks import Talk

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scaled]:
    redis = LossyRedis(loses=0.2, seed=20261127)
    with Scaled(tmp_path_factory.mktemp("lossy"), redis=redis) as site:
        yield site


@pytest.mark.long
@pytest.mark.parametrize("who", ["caller", "agent"])
def test_calls_come_right_while_every_fifth_message_is_lost_r_12(site: Scaled, who: str) -> None:
    """R-12, decision 7: a message is a hint, the rows are the truth."""
    with Talk(site) as talk:
        talk.goes_on()
        if who == "agent":
            talk.agent_ends()
        caller = talk.caller_hangs_up() if who == "caller" else talk.caller_said()
        agent = talk.agent_said()

        caller.heard(AGENT_HZ)
        agent.heard(CALLER_HZ)
        talk.is_over()
        holds_both_tones(talk.recording()[0], seconds=2)
    assert isinstance(site.redis, LossyRedis)
    assert site.redis.lost > 20
    assert site.redis.handed_on > site.redis.lost


@pytest.mark.parametrize(
    "answer",
    [
        b"+OK\r\n",
        b"-ERR no\r\n",
        b":12\r\n",
        b"$-1\r\n",
        b"$3\r\n\r\na\r\n",
        b"*-1\r\n",
        b"*2\r\n$1\r\na\r\n*1\r\n:4\r\n",
        b"%1\r\n+proto\r\n:3\r\n",
        b">2\r\n+pong\r\n_\r\n",
    ],
)
def test_the_relay_cuts_answers_where_they_end(answer: bytes) -> None:
    assert end_of_answer(answer + b"+MORE\r\n") == len(answer)
    assert all(end_of_answer(answer[:cut]) is None for cut in range(len(answer)))
