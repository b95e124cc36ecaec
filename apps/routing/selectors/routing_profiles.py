"""Reading routing profiles."""

from django.db.models import Prefetch, QuerySet

from apps.routing.models import RoutingProfile, RoutingProfileQueue


def routing_profiles() -> QuerySet[RoutingProfile]:
    """The profiles of the scoped instance with the queues they serve."""
    return RoutingProfile.objects.select_related("default_outbound_queue").prefetch_related(
        profile_entries("entries")
    )


def profile_entries(path: str) -> "Prefetch[str]":
    """What fetches entries with their queues, in the order of importance, along `path`."""
    entries = RoutingProfileQueue.objects.select_related("queue")
    return Prefetch(path, queryset=entries.order_by("priority", "delay_seconds", "queue__name"))
