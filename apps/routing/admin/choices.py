"""What forms of routing offer to choose from."""

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.forms import ModelChoiceField
from django.utils.translation import gettext as text

from apps.flows.models import ContactFlow, FlowType

if TYPE_CHECKING:
    from apps.routing.models import Queue

    _Choice = ModelChoiceField[Queue]
else:
    _Choice = ModelChoiceField


def usable_flows(kind: FlowType) -> QuerySet[ContactFlow]:
    """The flows of the type that contacts can run; only these are offered (SR-097)."""
    ready = ContactFlow.objects.filter(kind=kind, published__isnull=False, is_archived=False)
    return ready.defer("draft")


class QueueChoice(_Choice):
    """Disabled queues say so: one that is not yet in a profile will be refused."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj) if obj.is_enabled else text("%s (disabled)") % obj
