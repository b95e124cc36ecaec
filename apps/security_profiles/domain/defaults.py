"""The four profiles a new instance has (domain page, section 9; SR-123, SR-124)."""

from dataclasses import dataclass

from apps.security_profiles.domain.catalogue import ALL_NAMES, CATALOGUE, expand


@dataclass(frozen=True, slots=True)
class DefaultProfile:
    """Name and permissions; implied ones are already in."""

    name: str
    description: str
    permissions: frozenset[str]


def _all_of(*prefixes: str) -> set[str]:
    dotted = tuple(f"{prefix}." for prefix in prefixes)
    return {permission.name for permission in CATALOGUE if permission.name.startswith(dotted)}


_MANAGED = _all_of(
    "AgentGrouping", "AgentStates", "ContactFlows", "HoursOfOperation", "MetricsReports",
    "Prompts", "Queues", "RoutingPolicies", "TransferDestinations", "Users",
)  # fmt: skip
_MANAGER = (_MANAGED - {"Users.EditPermission"}) | {
    "AccessMetrics",
    "ContactSearch.View",
    "DownloadCallRecordings",
    "HistoricalChanges.View",
    "ListenCallRecordings",
    "ManagerListenIn",
    "PhoneNumbers.Edit",
    "PhoneNumbers.View",
}
_ANALYST = {
    "AccessMetrics",
    "ContactSearch.View",
    "ListenCallRecordings",
    "MetricsReports.Create",
    "MetricsReports.Edit",
    "MetricsReports.View",
}

ADMIN = DefaultProfile("Admin", "Everything.", ALL_NAMES)
AGENT = DefaultProfile(
    "Agent",
    "Opens the Contact Control Panel and places calls.",
    expand({"BasicAgentAccess", "OutboundCallAccess", "TransferDestinations.View"}),
)
CALL_CENTER_MANAGER = DefaultProfile(
    "CallCenterManager",
    "Manages users, routing and flows; watches metrics and listens in.",
    expand(_MANAGER),
)
QUALITY_ANALYST = DefaultProfile("QualityAnalyst", "Reads metrics.", expand(_ANALYST))

DEFAULT_PROFILES = (ADMIN, AGENT, CALL_CENTER_MANAGER, QUALITY_ANALYST)
