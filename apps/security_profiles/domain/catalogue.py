"""Every permission there is, as data (domain page, section 9; SR-020)."""

from collections.abc import Iterable
from dataclasses import dataclass

ROUTING = "Routing"
NUMBERS = "Numbers and flows"
USERS = "Users and permissions"
CCP = "Contact Control Panel"
METRICS = "Metrics and quality"
CHANGES = "Historical changes"


@dataclass(frozen=True, slots=True)
class Permission:
    """One right: where the editor shows it, its public name, and what it brings along.

    `later` marks rights that may be given but guard nothing yet.
    """

    group: str
    resource: str
    action: str
    name: str
    implies: tuple[str, ...] = ()
    later: bool = False

    @property
    def codename(self) -> str:
        return codename_of(self.name)


def codename_of(name: str) -> str:
    """The database's name of a permission: Django reads a dot as the border of an app label."""
    return name.replace(".", "_")


def name_of(codename: str) -> str:
    """The public name of a permission row; KeyError for a row that is not ours."""
    return _NAMES[codename]


def expand(names: Iterable[str]) -> frozenset[str]:
    """The names and everything they imply; KeyError for an unknown name."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(BY_NAME[name].implies)
    return frozenset(found)


def _resource(
    group: str, resource: str, prefix: str, actions: str, *, later: bool = False
) -> list[Permission]:
    """The usual case: every action on a resource brings View along."""
    view = f"{prefix}.View"
    return [
        Permission(
            group, resource, _ACTIONS[action], f"{prefix}.{action}",
            () if action == "View" else (view,), later,
        )
        for action in actions.split()
    ]  # fmt: skip


# With both, somebody can give every other right to anybody: an instance always has such a person.
ADMINISTRATION = ("SecurityProfiles.Edit", "Users.EditPermission")

_ACTIONS = {
    "Access": "Access",
    "Claim": "Claim",
    "Create": "Create",
    "Delete": "Delete",
    "Edit": "Edit",
    "EditPermission": "Edit permission",
    "EnableAndDisable": "Enable/Disable",
    "Publish": "Publish",
    "Release": "Release",
    "View": "View",
}
_METRICS_PARTS = ("RealTimeMetrics.Access", "HistoricalMetrics.Access", "AgentActivityAudit.Access")

_REPORT_SCHEDULES = tuple(
    f"ReportSchedules.{action}" for action in ("Create", "Delete", "Edit", "View")
)

CATALOGUE: tuple[Permission, ...] = (
    *_resource(ROUTING, "Routing profiles", "RoutingPolicies", "Create Edit View"),
    *_resource(ROUTING, "Quick connects", "TransferDestinations", "Create Delete Edit"),
    *_resource(ROUTING, "Quick connects", "TransferDestinations", "View", later=True),
    *_resource(ROUTING, "Hours of operation", "HoursOfOperation", "Create Delete Edit View"),
    *_resource(ROUTING, "Queues", "Queues", "Create Edit EnableAndDisable View"),
    *_resource(ROUTING, "Task templates", "TaskTemplates", "Create Delete Edit View", later=True),
    *_resource(NUMBERS, "Prompts", "Prompts", "Create Delete Edit View"),
    *_resource(
        NUMBERS, "Contact flows", "ContactFlows", "Create Delete Edit Publish", later=True
    ),
    *_resource(NUMBERS, "Contact flows", "ContactFlows", "View"),
    *_resource(
        NUMBERS, "Flow modules", "ContactFlowModules", "Create Delete Edit Publish View", later=True
    ),
    *_resource(NUMBERS, "Phone numbers", "PhoneNumbers", "Claim Edit Release View"),
    Permission(NUMBERS, "Chat test mode", "Enable", "ChatTestMode", later=True),
    *_resource(NUMBERS, "Views", "Views", "View", later=True),
    *_resource(USERS, "Users", "Users", "Create Delete Edit EditPermission View"),
    *_resource(USERS, "Agent hierarchy", "AgentGrouping", "Create Edit EnableAndDisable View"),
    *_resource(USERS, "Security profiles", "SecurityProfiles", "Create Delete Edit View"),
    *_resource(USERS, "Agent status", "AgentStates", "Create Edit EnableAndDisable View"),
    Permission(CCP, "Access Contact Control Panel", "Access", "BasicAgentAccess"),
    Permission(CCP, "Make outbound calls", "Access", "OutboundCallAccess", later=True),
    Permission(CCP, "Contact Lens data", "View", "RealtimeContactLens.View", later=True),
    Permission(CCP, "Voice ID", "Access", "VoiceId.Access", later=True),
    Permission(CCP, "Restrict task creation", "Access", "RestrictTaskCreation.Access", later=True),
    Permission(METRICS, "Access metrics", "Access", "AccessMetrics", _METRICS_PARTS),
    Permission(METRICS, "Real-time metrics", "Access", "RealTimeMetrics.Access"),
    Permission(METRICS, "Historical metrics", "Access", "HistoricalMetrics.Access", later=True),
    Permission(
        METRICS, "Agent activity audit", "Access", "AgentActivityAudit.Access", later=True
    ),
    Permission(METRICS, "Contact search", "View", "ContactSearch.View"),
    Permission(
        METRICS, "Search by conversation characteristics", "View",
        "ContactSearchWithCharacteristics.View", ("ContactSearch.View",), later=True,
    ),
    Permission(
        METRICS, "Search by keywords", "View",
        "ContactSearchWithKeywords.View", ("ContactSearch.View",), later=True,
    ),
    Permission(METRICS, "Contact attributes", "View", "ContactAttributes.View"),
    Permission(
        METRICS, "Restrict contact access", "Enable", "RestrictContactAccessByHierarchy.View",
        later=True,
    ),
    Permission(METRICS, "Recorded conversations", "Access", "ListenCallRecordings"),
    Permission(
        METRICS, "Recorded conversations", "Enable download button", "DownloadCallRecordings"
    ),
    Permission(METRICS, "Recorded conversations", "Delete", "DeleteCallRecordings"),
    Permission(
        METRICS, "Recorded conversations (redacted)", "View", "RedactedData.View", later=True
    ),
    Permission(METRICS, "Manager listen in", "Enable", "ManagerListenIn", later=True),
    Permission(METRICS, "Manager barge in", "Enable", "ManagerBargeIn", later=True),
    Permission(METRICS, "Login/Logout report", "View", "AgentTimeCard.View", later=True),
    Permission(
        METRICS, "Saved reports", "Create", "MetricsReports.Create",
        ("MetricsReports.View", "MetricsReports.Share"), later=True,
    ),
    *_resource(METRICS, "Saved reports", "MetricsReports", "Edit Delete View Publish", later=True),
    Permission(
        METRICS, "Saved reports", "Share", "MetricsReports.Share", ("MetricsReports.View",),
        later=True,
    ),
    Permission(
        METRICS, "Saved reports", "Schedule", "MetricsReports.Schedule",
        ("MetricsReports.Publish", *_REPORT_SCHEDULES), later=True,
    ),
    *_resource(
        METRICS, "Report schedules", "ReportSchedules", "Create Delete Edit View", later=True
    ),
    *_resource(METRICS, "Rules", "Rules", "Create Delete Edit View", later=True),
    *_resource(
        METRICS, "Evaluation forms", "EvaluationForms", "Create Delete Edit View", later=True
    ),
    *_resource(METRICS, "Evaluations", "Evaluation", "Create Delete Edit View", later=True),
    *_resource(METRICS, "Forecasting", "Forecasting", "Edit Publish View", later=True),
    *_resource(METRICS, "Capacity", "Capacity", "Edit Publish View", later=True),
    *_resource(CHANGES, "View historical changes", "HistoricalChanges", "View"),
)  # fmt: skip

BY_NAME = {permission.name: permission for permission in CATALOGUE}
ALL_NAMES = frozenset(BY_NAME)
_NAMES = {permission.codename: permission.name for permission in CATALOGUE}
