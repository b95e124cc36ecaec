"""Reading quick connects, and who sees them."""

from django.db.models import Count, Prefetch, Q, QuerySet

from apps.routing.domain.visibility import Visibility
from apps.routing.domain.visibility import visibility as visibility_of_counts
from apps.routing.models import QuickConnect, RoutingProfile
from apps.users.models import User


def quick_connects() -> QuerySet[QuickConnect]:
    """The quick connects of the scoped instance with their destinations."""
    return QuickConnect.objects.select_related("user", "queue", "flow").defer("flow__draft")


def with_visibility(rows: QuerySet[QuickConnect]) -> QuerySet[QuickConnect]:
    """Fetches what `visibility` looks at, in the same few queries for any number of rows."""
    active = Count("agents", filter=Q(agents__user__is_active=True))
    profiles = RoutingProfile.objects.annotate(active_agents=active).order_by()
    path = "placements__queue__entries__profile"
    return rows.prefetch_related(Prefetch(path, queryset=profiles))


def visibility(quick_connect: QuickConnect) -> Visibility:
    """To how many agents it is offered (SR-100); for rows of `with_visibility`."""
    placements = quick_connect.placements.all()
    profiles = {
        entry.profile for placement in placements for entry in placement.queue.entries.all()
    }
    agents = sum(profile.active_agents for profile in profiles)  # type: ignore[attr-defined]
    return visibility_of_counts(queues=len(placements), profiles=len(profiles), agents=agents)


def quick_connects_of(user: User) -> QuerySet[QuickConnect]:
    """What an agent may transfer to: all on the queues of the agent's routing profile (SR-101)."""
    served = Q(placements__queue__entries__profile__agents__user=user)
    return quick_connects().filter(served).order_by("name").distinct()
