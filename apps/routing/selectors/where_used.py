"""What refers to hours, queues, routing profiles and quick connects."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import ngettext

from apps.core.where_used import Use
from apps.flows.selectors import flows_referring_to
from apps.routing.models import HoursOfOperation, Queue, QuickConnect, RoutingProfile

FEW = 5


def uses_of_hours(hours: HoursOfOperation) -> list[Use]:
    """Queues whose calendar this is, and flows that ask it."""
    return [_queues(hours.queues.all()), _flows("hours", hours)]


def uses_of_queue(queue: Queue) -> list[Use]:
    """Profiles that serve it or dial out with it, flows, and quick connects that lead to it."""
    served = Q(entries__queue=queue) | Q(default_outbound_queue=queue)
    profiles = _names(RoutingProfile.objects.filter(served).distinct())
    leading_here = _names(queue.quick_connects_to_it.all())
    return [
        Use(ngettext("routing profile", "routing profiles", len(profiles)), profiles),
        _flows("queue", queue),
        Use(ngettext("quick connect", "quick connects", len(leading_here)), leading_here),
    ]


def uses_of_profile(profile: RoutingProfile) -> list[Use]:
    """The agents who have it, who may be too many to read."""
    present = profile.agents.filter(user__deleted_at=None)
    agents = present.select_related("user").order_by("user__login_key")
    total = agents.count()
    return [Use(ngettext("agent", "agents", total), _names(agents[:FEW]), total)]


def uses_of_quick_connect(quick_connect: QuickConnect) -> list[Use]:
    """The queues it is put on."""
    return [_queues(quick_connect.queues.all())]


def _queues(rows: Iterable[Queue]) -> Use:
    names = _names(rows)
    return Use(ngettext("queue", "queues", len(names)), names)


def _flows(kind: str, row: Queue | HoursOfOperation) -> Use:
    names = _names(flows_referring_to(kind, row.public_id, row.name))
    return Use(ngettext("contact flow", "contact flows", len(names)), names)


def _names(rows: Iterable[object]) -> tuple[str, ...]:
    return tuple(sorted(map(str, rows)))
