"""What must be true of a house after every step (R-12, R-21): its own checks, and the node."""

from collections.abc import Iterator

from apps.alarms import checks
from apps.contacts.models import Call
from apps.voice.services.desired import desired_state
from tests.journeys.house import NotingNode


def breaches(node: NotingNode) -> list[str]:
    """One sentence for each broken rule; call it inside the instance's scope."""
    return [*damages(), *_node(node)]


def damages() -> list[str]:
    """What the product's own checks find, those of the whole history included."""
    return [
        f"{check.code}: {damage.sentence}"
        for check in checks.registered()
        for damage in check.find()
    ]


def _node(node: NotingNode) -> Iterator[str]:
    for call in Call.objects.all():
        if node.calls.get(str(call.public_id)) != desired_state(call):
            yield f"call {call.pk}: the media node was not told the present state"
