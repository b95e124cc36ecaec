"""Whether agents see a quick connect, and if nobody does, why (SR-100)."""

from dataclasses import dataclass
from enum import StrEnum


class Hidden(StrEnum):
    """What is missing between a quick connect and an agent, the first link of the chain first."""

    ON_NO_QUEUE = "on_no_queue"
    IN_NO_PROFILE = "in_no_profile"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Visibility:
    """To how many agents a quick connect is offered; with none, the reason."""

    agents: int
    reason: Hidden | None


def visibility(*, queues: int, profiles: int, agents: int) -> Visibility:
    """`profiles` serve one of the `queues` the quick connect is on, `agents` have one of these."""
    if not queues:
        return Visibility(0, Hidden.ON_NO_QUEUE)
    if not profiles:
        return Visibility(0, Hidden.IN_NO_PROFILE)
    return Visibility(agents, None if agents else Hidden.NOBODY)
