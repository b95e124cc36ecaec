"""Which flow runs at which moment of a contact."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Min, QuerySet

from apps.flows.domain.document import Document, read
from apps.flows.domain.references import Reference, find_all
from apps.flows.domain.types import FlowType as WireType
from apps.flows.domain.world import FlowVersion as PinnedVersion
from apps.flows.models import Asset, ContactFlow, FlowVersion, Prompt
from apps.instances.models import Instance
from apps.instances.scope import unscoped

HOOK_OF_KIND = {
    "CUSTOMER_QUEUE": "CustomerQueue",
    "CUSTOMER_HOLD": "CustomerHold",
    "AGENT_HOLD": "AgentHold",
    "CUSTOMER_WHISPER": "CustomerWhisper",
    "AGENT_WHISPER": "AgentWhisper",
}


def version_for(*, instance: Instance, kind: str, hooks: Mapping[str, Any]) -> FlowVersion | None:
    """The published version set for this moment, else the default; None when switched off.

    `hooks` maps a hook's name to a flow's public id, or to None for "run nothing here".
    """
    hook = HOOK_OF_KIND[kind]
    flows = ContactFlow.objects.filter(instance=instance, kind=kind, published__isnull=False)
    if hook in hooks:
        if hooks[hook] is None:
            return None
        chosen = flows.filter(public_id=hooks[hook]).select_related("published").first()
        if chosen is not None:
            return chosen.published
    default = flows.filter(is_default=True).select_related("published").first()
    return default.published if default else None


def pinned(version: FlowVersion) -> PinnedVersion:
    """The engine's view of a version."""
    return PinnedVersion(
        id=str(version.public_id),
        flow=str(version.flow.public_id),
        type=WireType(version.flow.kind),
        document=_document(version.public_id),
    )


@lru_cache(maxsize=500)
def _document(public_id: UUID) -> Document:
    """Versions never change, so a parsed one may be kept."""
    rows = FlowVersion._base_manager.values_list("content", flat=True)
    return read(rows.get(public_id=public_id))


def contact_flows() -> QuerySet[ContactFlow]:
    """The flows of the scoped instance without their content, which may be long."""
    return published_flows().defer("draft", "published__content")


def published_flows() -> QuerySet[ContactFlow]:
    """The flows of the scoped instance, each with the version that new contacts run."""
    return ContactFlow.objects.select_related("published")


def flows_referring_to(kind: str, public_id: UUID, name: str) -> list[ContactFlow]:
    """The flows of the scoped instance that refer to it, in the draft or as contacts run them.

    `kind` is one of `flows.domain.references.KINDS`.
    """

    def refers(content: dict[str, Any]) -> bool:
        found = (each for each in find_all(content) if each.kind == kind)
        return any(_means(each, public_id, name) for each in found)

    return [flow for flow in published_flows() if any(map(refers, _contents(flow)))]


def flows_naming(kind: str, name: str) -> list[ContactFlow]:
    """The flows of the scoped instance that refer to it by its name, and lose it if it changes."""

    def names(content: dict[str, Any]) -> bool:
        found = (each for each in find_all(content) if each.kind == kind)
        return any((each.name or each.value).casefold() == name.casefold() for each in found)

    return [flow for flow in published_flows() if any(map(names, _contents(flow)))]


def prompts() -> QuerySet[Prompt]:
    """The prompts of the scoped instance with the rows of their sounds."""
    return Prompt.objects.select_related("asset")


def _contents(flow: ContactFlow) -> list[dict[str, Any]]:
    return [flow.draft, *([flow.published.content] if flow.published else [])]


def _means(reference: Reference, public_id: UUID, name: str) -> bool:
    """As `services.resources.by_reference` finds it: by id, by an ARN that ends in it, by name."""
    written = reference.name or reference.value
    is_id = written.rsplit("/", 1)[-1].lower() == str(public_id)
    return is_id or written.casefold() == name.casefold()


def speech_wanted_since() -> datetime | None:
    """When the speech was asked for that waits longest to be rendered, at whatever instance."""
    with unscoped("rendering serves all instances"):
        waiting = Asset.objects.filter(state=Asset.State.PENDING)
        oldest: datetime | None = waiting.aggregate(at=Min("created_at"))["at"]
    return oldest
