"""What the services of every app do alike with the rows of an instance."""

import logging
from collections.abc import Mapping
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from apps.core.errors import DomainError, InvalidInput, NotFound
from apps.core.text import is_storable, name_key, tidy_name
from apps.instances.models import Instance, InstanceOwnedModel

_log = logging.getLogger(__name__)

Row = TypeVar("Row", bound=InstanceOwnedModel)


def locked(row: Row, *, instance_first: bool = False) -> Row:
    """The row as it is now, until the transaction ends; `NotFound` if it was deleted meanwhile.

    `instance_first`: to name a row waits for all others who name or count what the instance has
    (`check_room`); so does what locks the instance while it holds the row.
    """
    if instance_first:
        Instance.objects.select_for_update(no_key=True).get(pk=row.instance_id)
    rows = type(row).objects.select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk=row.pk).first()
    if found is None:
        raise NotFound
    return found


def take(row: InstanceOwnedModel, changes: Mapping[str, Any], *, allowed: frozenset[str]) -> None:
    """Give the row its new values, of the fields that may be changed so."""
    unknown = changes.keys() - allowed
    if unknown:
        raise InvalidInput(field=min(unknown))
    for field, value in changes.items():
        setattr(row, field, value)


def save_named(row: Any, *, among: QuerySet[Any], taken: type[DomainError]) -> None:
    """Save a row whose name is its own `among` others; the database decides who was first."""
    check_name(row, among=among, taken=taken)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise taken(field="name") from None


def check_name(row: Any, *, among: QuerySet[Any], taken: type[DomainError]) -> None:
    """Tidy the name and refuse one that people would take for that of another row."""
    row.name = tidy_name(row.name)
    check_fields(row)
    others = among.exclude(pk=row.pk).order_by().values_list("name", flat=True)
    if any(name_key(other) == name_key(row.name) for other in others):
        raise taken(field="name")


def check_fields(row: InstanceOwnedModel) -> None:
    """Refuse values that do not fit their field, in the words of the first that does not."""
    for field in row._meta.concrete_fields:
        if not is_storable(str(getattr(row, field.attname))):
            raise InvalidInput(field=field.name)
    try:
        row.clean_fields()
    except ValidationError as error:
        field_name, sentences = next(iter(error.message_dict.items()))
        raise InvalidInput(" ".join(sentences), field=field_name) from None


def note(what: str, row: InstanceOwnedModel, *, acting_user: Any) -> None:
    """Write into the log who did it; `acting_user` None: the installation."""
    who = str(acting_user.public_id) if acting_user else "installation"
    _log.info(what, extra={"row": str(row.public_id), "acting_user": who})
