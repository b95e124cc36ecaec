"""What differs between two states of a row, as values that JSON can hold and people can read."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any, TypeAlias, cast

from auditlog.diff import get_field_value, is_primitive
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Field, ManyToManyField, Model

from apps.audit import policy
from apps.audit.domain.merging import HIDDEN, Changes
from apps.audit.naming import names_of

AnyField: TypeAlias = "Field[Any, Any]"

EMPTY: tuple[object, ...] = (None, "", [], {})


def audited_among(model: type[Model], update_fields: Iterable[str] | None) -> list[AnyField]:
    """The audited ones of the fields that a save writes; None: it writes all."""
    fields = policy.audited_fields(model)
    if update_fields is None:
        return list(fields)
    written = set(update_fields)
    return [field for field in fields if written & {field.name, field.attname}]


def between(old: Model | None, new: Model | None, fields: Iterable[AnyField]) -> Changes:
    """[before, after] of each field that differs; None stands for a row that is not there."""
    found: Changes = {}
    for field in fields:
        before, after = (_value(row, field) for row in (old, new))
        if before != after and not (before in EMPTY and after in EMPTY):
            found[field.name] = _shown(field, before, after)
    return found


def between_links(
    field: "ManyToManyField[Any, Any]", before: set[Any], after: set[Any]
) -> list[list[str]]:
    """Names of the rows linked before and after."""
    names = names_of(field.related_model, before | after)
    return [sorted(names.get(key, str(key)) for key in keys) for keys in (before, after)]


def _value(row: Model | None, field: AnyField) -> Any:
    if row is None:
        return None
    value = get_field_value(row, field, use_json_for_changes=True)
    return value if is_primitive(value) else str(value)


def _shown(field: AnyField, before: Any, after: Any) -> list[Any]:
    if policy.is_masked(field):
        return [value and HIDDEN for value in (before, after)]
    if policy.is_fingerprinted(field):
        return [value and _fingerprint(value) for value in (before, after)]
    if field.is_relation:
        names = names_of(target_of(field), {before, after})
        return [None if key is None else names.get(key, str(key)) for key in (before, after)]
    return [before, after]


def target_of(field: "AnyField | ManyToManyField[Any, Any]") -> type[Model]:
    """Where a relation leads; all are resolved once the apps are loaded."""
    return cast(type[Model], field.related_model)


def _fingerprint(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, cls=DjangoJSONEncoder)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
