"""Reading the audit. Entries of an instance never cross; those of none are the installation's."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet

from apps.audit.models import AuditEntry
from apps.audit.policy import audited_models
from apps.core.errors import InvalidInput
from apps.instances.models import Instance
from apps.users.models import User, canonical_username

# Not audited, but read: conversations.
READ_KINDS = ("contacts.contact",)


@dataclass(frozen=True, slots=True)
class WantedObject:
    """One object, as an address names it: `routing.queue:0197a4c2-…`."""

    kind: str
    public_id: UUID


def parse_object(text: str) -> WantedObject:
    """Raises `InvalidInput` for what names no object."""
    kind, _, public_id = text.partition(":")
    try:
        model_of(kind)
        return WantedObject(kind, UUID(public_id))
    except (LookupError, ValueError):
        raise InvalidInput(field="object") from None


def model_of(kind: str) -> type[Model]:
    """The model of `app.model`; LookupError or ValueError where there is none."""
    return apps.get_model(kind)


def kinds() -> list[type[Model]]:
    """What an entry may tell of."""
    return [*audited_models(), *map(apps.get_model, READ_KINDS)]


def found_entries(
    *,
    instance: Instance,
    since: datetime | None = None,
    until: datetime | None = None,
    user: str = "",
    kind: str = "",
    one: WantedObject | None = None,
    text: str = "",
) -> QuerySet[AuditEntry]:
    """The entries of the instance to which every given fact applies.

    `user` is a user name or a part of a name; `text` a part of the object's name, or a request id.
    """
    rows = AuditEntry.objects.filter(instance=instance).select_related("content_type", "actor")
    if since is not None:
        rows = rows.filter(timestamp__gte=since)
    if until is not None:
        rows = rows.filter(timestamp__lte=until)
    if user:
        named = Q(actor__username__iexact=canonical_username(user))
        rows = rows.filter(named | Q(actor_name__icontains=user.strip()))
    if kind:
        rows = rows.filter(content_type=_content_type(kind))
    if one is not None:
        rows = rows.filter(content_type=_content_type(one.kind), object_public_id=one.public_id)
    if text:
        rows = rows.filter(Q(object_repr__icontains=text.strip()) | Q(cid=text.strip()))
    return rows


def people_of(instance: Instance, *, at_most: int) -> list[tuple[str, str]]:
    """User names and names of the instance's people, for suggestions."""
    users = User.objects.filter(instance=instance)[:at_most]
    return [(user.username, user.display_name) for user in users]


def _content_type(kind: str) -> ContentType:
    return ContentType.objects.get_for_model(model_of(kind))
