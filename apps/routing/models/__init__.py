from apps.routing.models.hours import HoursInterval, HoursOfOperation
from apps.routing.models.queue import Queue
from apps.routing.models.quick_connect import QueueQuickConnect, QuickConnect
from apps.routing.models.routing_profile import RoutingProfile, RoutingProfileQueue

__all__ = [
    "HoursInterval",
    "HoursOfOperation",
    "Queue",
    "QueueQuickConnect",
    "QuickConnect",
    "RoutingProfile",
    "RoutingProfileQueue",
]
