"""One row by its public id, and how a row is named inside another."""

from typing import Any, TypeVar
from uuid import UUID

from django.db.models import QuerySet
from rest_framework import serializers

from apps.core.errors import NotFound
from apps.core.models import PublicIdModel

Row = TypeVar("Row", bound=PublicIdModel)


def one_of(rows: QuerySet[Row], public_id: UUID) -> Row:
    """The row with this id; `NotFound` for a foreign one as for one that does not exist."""
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


class NamedSerializer(serializers.Serializer[Any]):
    """A thing that something else refers to."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
