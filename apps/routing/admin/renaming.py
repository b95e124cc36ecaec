"""Flows may name a queue or hours instead of giving the id; a new name leaves these behind."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as text

from apps.flows.selectors import flows_referring_to
from apps.instances.admin import InstanceModelAdmin
from apps.routing.models import HoursOfOperation, Queue


def tell_of_flows_left_behind(
    page: InstanceModelAdmin[Any],
    request: HttpRequest,
    kind: str,
    row: Queue | HoursOfOperation,
    *,
    old_name: str,
) -> None:
    """Warn of flows that refer to the row by the name it had."""
    if old_name == row.name:
        return
    before = flows_referring_to(kind, row.public_id, old_name)
    after = flows_referring_to(kind, row.public_id, row.name)
    lost = [str(flow) for flow in before if flow not in after]
    if lost:
        sentence = text("These flows name it “%(name)s” and find it no more: %(flows)s.")
        told = sentence % {"name": old_name, "flows": ", ".join(lost)}
        page.message_user(request, told, messages.WARNING)
