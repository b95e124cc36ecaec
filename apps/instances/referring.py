"""Who refers to a row, whatever floor it is on: found by the foreign keys that protect it."""

from collections.abc import Iterator
from typing import Any, TypeVar

from django.db.models import PROTECT, Count, Model, QuerySet

from apps.core.where_used import Use

M = TypeVar("M", bound=Model)
_COUNTED = "used_by_{0}"


def uses_of(row: Model) -> list[Use]:
    """By kind of row, the names of those that keep this one from being deleted."""
    return list(_protecting(row))


def with_uses_counted(rows: QuerySet[M]) -> QuerySet[M]:
    """For lists: the rows with what `uses_counted` reads, in the same statement."""
    counts = {_COUNTED.format(name): Count(name, distinct=True) for name, _ in _named(rows.model)}
    counted: QuerySet[M] = rows.annotate(**counts)
    return counted


def uses_counted(row: Model) -> str:
    """Such as `2 phone numbers, 1 queue`; empty for nobody."""
    counted = [(getattr(row, _COUNTED.format(name)), by) for name, by in _named(type(row))]
    return ", ".join(f"{count} {_kind(by, count)}" for count, by in counted if count)


def _kind(model: type[Model], count: int) -> str:
    meta = model._meta
    return str(meta.verbose_name if count == 1 else meta.verbose_name_plural)


def _named(model: type[Model]) -> Iterator[tuple[str, type[Model]]]:
    """The relations that a query can name, with the model they come from."""
    for relation in _relations(model):
        if not relation.hidden:
            yield relation.field.related_query_name(), relation.related_model


def _relations(model: type[Model]) -> Iterator[Any]:
    relations: list[Any] = model._meta.get_fields(include_hidden=True)
    for relation in relations:
        if relation.auto_created and getattr(relation, "on_delete", None) is PROTECT:
            yield relation


def _protecting(row: Model) -> Iterator[Use]:
    for relation in _relations(type(row)):
        model = relation.related_model
        names = tuple(map(str, model._default_manager.filter(**{relation.field.name: row})))
        if names:
            yield Use(_kind(model, len(names)), names)
