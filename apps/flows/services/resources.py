"""What a flow may refer to. Apps on higher floors register finders for what they own."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from django.db import models

from apps.flows.domain.types import FlowType
from apps.flows.domain.validation import Resource
from apps.flows.models import ContactFlow, Prompt
from apps.instances.models import Instance, InstanceOwnedModel

Finder = Callable[[Instance, str], Resource | None]
M = TypeVar("M", bound=InstanceOwnedModel)

_finders: dict[str, Finder] = {}


def register_finder(kind: str, finder: Finder) -> None:
    """Called in AppConfig.ready(): `kind` is one of `flows.domain.references.KINDS`."""
    _finders[kind] = finder


class InstanceResources:
    """The resources of one instance, as the validator asks for them."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance

    def find(self, kind: str, reference: str) -> Resource | None:
        finder = _finders.get(kind)
        return finder(self._instance, reference) if finder else None


def by_reference(
    rows: models.QuerySet[M], reference: str, *, key_is: str = "public_id", name_is: str = "name"
) -> M | None:
    """The row meant by an id, an ARN that ends in an id, or a name; these may be its owner's."""
    if "\0" in reference:  # nothing is named so, and PostgreSQL refuses to look
        return None
    try:
        key = UUID(reference.rsplit("/", 1)[-1])
    except ValueError:
        return rows.filter(models.Q((f"{name_is}__iexact", reference))).first()
    return rows.filter(models.Q((key_is, key))).first()


def find_flow(instance: Instance, reference: str) -> Resource | None:
    flow = by_reference(ContactFlow.objects.filter(instance=instance), reference)
    if flow is None:
        return None
    return Resource(published=flow.published_id is not None, flow_type=FlowType(flow.kind))


def find_prompt(instance: Instance, reference: str) -> Resource | None:
    found = by_reference(Prompt.objects.filter(instance=instance), reference)
    return Resource() if found else None
