"""The only writer of the audit. Entries are written in the transaction of what they tell of."""

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import ManyToManyField, Model

from apps.audit import differences, policy
from apps.audit.differences import AnyField
from apps.audit.domain.merging import Changes, is_told, merged
from apps.audit.models import AuditEntry
from apps.audit.naming import Names, names_known, names_of, names_of_rows
from apps.core import clock
from apps.core.acting import actor
from apps.core.new_rows import NewRows
from apps.core.unit_of_work import kept_in_unit, unit_of_work
from apps.instances.models import Instance
from apps.instances.provisioning import is_seeding

Action = AuditEntry.Action
Reading = AuditEntry.Reading
Links: TypeAlias = "Mapping[ManyToManyField[Any, Any], Mapping[Any, set[Any]]]"


def record(row: Model, *, changes: Changes, action: int = Action.UPDATE) -> None:
    """One entry for each row and unit of work, however often the row is changed in it.

    Called by itself for every save and delete; by a service for what no signal tells: rows
    written in bulk, or rows that are shown as part of another. What every new instance contains
    is told by the one entry of the instance.
    """
    if is_seeding():
        return
    told = {name: pair for name, pair in changes.items() if is_told(pair)}
    if not told and action == Action.UPDATE:
        return
    known = kept_in_unit("audit")
    key = (ContentType.objects.get_for_model(row).pk, str(row.pk))
    entry = AuditEntry.objects.filter(public_id=known[key]).first() if key in known else None
    # Without one: it is the first change, or the savepoint of the former ones was rolled back.
    if entry is None or entry.action == Action.DELETE:
        known[key] = _write(row, action=action, changes=told).public_id
    else:
        _merge(entry, row, action=action, changes=told)


def entries_of_made(rows: Sequence[Model], *, links: "Links | None" = None) -> list[AuditEntry]:
    """What `record` would tell of rows of one model that are made in bulk; for `record_made`.

    The rows have keys, and need not be saved. `links` says by many-to-many field and row what each
    is linked to.
    """
    if not rows or is_seeding():
        return []
    links = links or {}
    who = _who()
    fields = policy.audited_fields(type(rows[0]))
    with names_known(_names(rows, fields, links)):
        return [
            _entry(
                row,
                who,
                action=Action.CREATE,
                changes=differences.between(None, row, fields) | _linked(row, links),
            )
            for row in rows
        ]


def record_made(entries: NewRows[AuditEntry]) -> None:
    """Tell of rows that were made in bulk, in the unit of work that made them."""
    entries.insert()
    kept_in_unit("audit").update(
        {(entry.content_type_id, entry.object_pk): entry.public_id for entry in entries.rows}
    )


def record_read(row: Model, *, what: Reading, details: dict[str, Any] | None = None) -> None:
    """Somebody saw or heard what is nobody else's business (A-02); each time is an entry."""
    with unit_of_work():
        _write(
            row,
            action=Action.ACCESS,
            reading=what,
            changes={name: [None, value] for name, value in (details or {}).items()},
        )


def _merge(entry: AuditEntry, row: Model, *, action: int, changes: Changes) -> None:
    """Made and deleted again, or changed and changed back: nothing has happened."""
    is_undone = entry.action == Action.CREATE and action == Action.DELETE
    entry.changes = merged(entry.changes, changes)
    if is_undone or (entry.action == action == Action.UPDATE and not entry.changes):
        entry.delete()
        return
    if action == Action.DELETE:
        entry.action = action
    entry.object_repr = _label(row)
    entry.save(update_fields=["action", "changes", "object_repr"])


def _names(rows: Sequence[Model], fields: Iterable[AnyField], links: Links) -> Names:
    """Of all that the rows refer to. Rows were made of rows, which need not be saved either."""
    found: Names = {}
    for field in fields:
        if field.is_relation:
            target = differences.target_of(field)
            referred_to = {getattr(row, field.name) for row in rows} - {None}
            found.setdefault(target, {}).update(names_of_rows(target, referred_to))
    for link, linked in links.items():
        target = differences.target_of(link)
        found.setdefault(target, {}).update(names_of(target, set().union(*linked.values())))
    return found


def _linked(row: Model, links: Links) -> Changes:
    return {
        link.name: differences.between_links(link, set(), linked[row.pk])
        for link, linked in links.items()
    }


def _write(row: Model, *, action: int, changes: Changes, reading: str = "") -> AuditEntry:
    entry = _entry(row, _who(), action=action, changes=changes, reading=reading)
    entry.save()
    return entry


def _who() -> dict[str, Any]:
    """Who acts here and now, as the columns of an entry."""
    who = actor()
    user = who.user
    return {
        "timestamp": clock.now(),
        "actor_id": None if user is None else user.pk,
        "actor_name": who.name if user is None else user.display_name,
        "door": who.door,
        "remote_addr": _address(who.address),
        "cid": who.request_id or None,
    }


def _entry(
    row: Model, who: dict[str, Any], *, action: int, changes: Changes, reading: str = ""
) -> AuditEntry:
    return AuditEntry(
        instance_id=_instance_of(row, action),
        content_type=ContentType.objects.get_for_model(row),
        object_pk=str(row.pk),
        object_id=row.pk if isinstance(row.pk, int) else None,
        object_public_id=_public_id(row),
        object_repr=_label(row),
        action=action,
        reading=reading,
        changes=changes,
        **who,
    )


def _instance_of(row: Model, action: int) -> int | None:
    """An instance that is made or deleted is the installation's business."""
    if isinstance(row, Instance):
        return None if action in (Action.CREATE, Action.DELETE) else row.pk
    found: int | None = getattr(row, "instance_id", None)
    return found


def _label(row: Model) -> str:
    """What the row is called now; a part of something that is gone already has no name left."""
    try:
        return str(row)
    except ObjectDoesNotExist:
        return ""


def _public_id(row: Model) -> UUID | None:
    found: UUID | None = getattr(row, "public_id", None)
    return found


def _address(text: str | None) -> str | None:
    """None for a socket of this machine; which interface an address belongs to no column holds."""
    try:
        return str(ipaddress.ip_address((text or "").partition("%")[0]))
    except ValueError:
        return None
