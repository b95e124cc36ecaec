"""Flows come to life here: saved as drafts, published as versions that never change."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.core.errors import InvalidInput
from apps.core.unit_of_work import unit_of_work
from apps.flows.domain.context import DEFAULT_VOICE
from apps.flows.domain.document import read
from apps.flows.domain.problems import Problem
from apps.flows.domain.rendering import fixed_speech
from apps.flows.domain.types import FlowType as WireType
from apps.flows.domain.validation import errors, validate
from apps.flows.models import ContactFlow, FlowVersion
from apps.flows.services.assets import ensure_speech
from apps.flows.services.resources import InstanceResources
from apps.instances.models import Instance


class InvalidFlow(InvalidInput):
    """The flow cannot be published; `facts["problems"]` lists every reason."""

    code = "INVALID_FLOW"
    message = _("The flow has problems and was not published.")


def create_flow(
    *,
    instance: Instance,
    name: str,
    kind: str,
    content: dict[str, Any],
    description: str = "",
    is_default: bool = False,
) -> ContactFlow:
    """A new flow as a draft."""
    return ContactFlow.objects.create(
        instance=instance,
        name=name,
        kind=kind,
        description=description,
        draft=content,
        is_default=is_default,
    )


def check(content: dict[str, Any], *, kind: str, instance: Instance) -> list[Problem]:
    """Every problem of a flow of this kind (`FlowType`), what it refers to included."""
    return validate(content, WireType(kind), resources=InstanceResources(instance))


def publish(flow: ContactFlow) -> FlowVersion:
    """Make the draft the version that new contacts run; raises InvalidFlow with all problems."""
    with unit_of_work():
        problems = errors(check(flow.draft, kind=flow.kind, instance=flow.instance))
        if problems:
            raise InvalidFlow(problems=[problem.to_dict() for problem in problems])
        last = flow.versions.order_by("-number").values_list("number", flat=True).first() or 0
        version = FlowVersion.objects.create(
            instance_id=flow.instance_id, flow=flow, number=last + 1, content=flow.draft
        )
        flow.published = version
        flow.save(update_fields=["published"])
        for speech in fixed_speech(
            read(version.content), language=flow.instance.language, voice=DEFAULT_VOICE
        ):
            ensure_speech(instance=flow.instance, speech=speech)
    return version
