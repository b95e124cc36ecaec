"""What each quota counts."""

from apps.agents.models import AgentStatus
from apps.flows.models import ContactFlow, Prompt
from apps.instances.models import Instance
from apps.instances.quota_use import Counters
from apps.numbers.models import PhoneNumber
from apps.routing.models import HoursOfOperation, Queue, QuickConnect, RoutingProfile
from apps.security_profiles.models import SecurityProfile
from apps.users.models import HierarchyGroup
from apps.users.selectors import users_of


def _queues(_instance: Instance) -> int:
    """Those of agents come and go with them and count as users."""
    return Queue.objects.filter(kind=Queue.Kind.STANDARD).count()


COUNTERS: Counters = {
    "users": lambda instance: users_of(instance).count(),
    "security_profiles": lambda _: SecurityProfile.objects.count(),
    "hierarchy_groups": lambda _: HierarchyGroup.objects.count(),
    "agent_statuses": lambda _: AgentStatus.objects.count(),
    "queues": _queues,
    "routing_profiles": lambda _: RoutingProfile.objects.count(),
    "hours_of_operation": lambda _: HoursOfOperation.objects.count(),
    "quick_connects": lambda _: QuickConnect.objects.count(),
    "phone_numbers": lambda _: PhoneNumber.objects.count(),
    "flows": lambda _: ContactFlow.objects.count(),
    "prompts": lambda _: Prompt.objects.count(),
}
