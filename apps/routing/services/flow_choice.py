"""Which flows a row of routing may run."""

from django.utils.translation import gettext as text
from django.utils.translation import gettext_lazy as _

from apps.core.errors import InvalidInput
from apps.flows.models import ContactFlow, FlowType


class WrongFlowType(InvalidInput):
    """The message names the type that fits."""

    code = "WRONG_FLOW_TYPE"


class FlowNotReady(InvalidInput):
    """A draft has no effect (SR-095), nor has an archived flow."""

    code = "FLOW_NOT_PUBLISHED"
    message = _("Choose a published flow, or publish this one first.")


def check_flow(flow: ContactFlow, *, kind: FlowType, field: str) -> None:
    """Refuse a flow of another type than `kind`, and one that no contact could run."""
    if flow.kind != kind:
        sentence = text("Choose a flow of the type “%(type)s”.")
        raise WrongFlowType(sentence % {"type": kind.label}, field=field)
    if flow.published_id is None or flow.is_archived:
        raise FlowNotReady(field=field)
