"""Hours of operation, queues, routing profiles and quick connects in the admin of an instance."""

from apps.routing.admin.hours import HoursAdmin
from apps.routing.admin.queues import QueueAdmin
from apps.routing.admin.quick_connects import QuickConnectAdmin
from apps.routing.admin.routing_profiles import RoutingProfileAdmin

__all__ = ["HoursAdmin", "QueueAdmin", "QuickConnectAdmin", "RoutingProfileAdmin"]
