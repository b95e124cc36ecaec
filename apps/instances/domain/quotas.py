"""How much of everything an instance may have (domain page, section 17)."""

from collections.abc import Mapping
from dataclasses import dataclass

HIGHEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Quota:
    """`label` names what is counted, in English and in the plural; translated where it is shown."""

    name: str
    default: int
    label: str


CATALOGUE = (
    Quota("users", 500, "users"),
    Quota("security_profiles", 100, "security profiles"),
    Quota("hierarchy_groups", 500, "hierarchy groups"),
    Quota("agent_statuses", 50, "agent statuses"),
    Quota("queues", 50, "queues"),
    Quota("routing_profiles", 100, "routing profiles"),
    Quota("queues_per_routing_profile", 50, "queues in one routing profile"),
    Quota("hours_of_operation", 100, "hours of operation"),
    Quota("quick_connects", 100, "quick connects"),
    Quota("quick_connects_per_queue", 700, "quick connects of one queue"),
    Quota("phone_numbers", 10, "phone numbers"),
    Quota("flows", 100, "contact flows"),
    Quota("prompts", 500, "prompts"),
    Quota("listeners_per_call", 5, "listeners to one call"),
)
BY_NAME = {quota.name: quota for quota in CATALOGUE}


def exceptions(values: Mapping[str, int]) -> dict[str, int]:
    """Those that differ from the default; KeyError for a name that is not in the catalogue."""
    return {name: value for name, value in values.items() if value != BY_NAME[name].default}


def is_possible(value: int) -> bool:
    """A limit may be nothing at all, and is bounded so that a slip of the finger is noticed."""
    return 0 <= value <= HIGHEST
