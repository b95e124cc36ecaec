"""Who refers to a row, whatever floor it is on: found by the foreign keys that protect it."""

from collections.abc import Iterator
from typing import Any

from django.db.models import PROTECT, Model

from apps.core.where_used import Use


def uses_of(row: Model) -> list[Use]:
    """By kind of row, the names of those that keep this one from being deleted."""
    return list(_protecting(row))


def _protecting(row: Model) -> Iterator[Use]:
    relations: list[Any] = row._meta.get_fields(include_hidden=True)
    for relation in relations:
        if not relation.auto_created or getattr(relation, "on_delete", None) is not PROTECT:
            continue
        model = relation.related_model
        names = tuple(map(str, model._default_manager.filter(**{relation.field.name: row})))
        if names:
            yield Use(model._meta.verbose_name_plural, names)
