"""Abstract rows. Core owns no tables."""

from django.db import models
from uuid6 import uuid7

from apps.core import clock


class PublicIdModel(models.Model):
    """A row whose `public_id` (UUIDv7, sortable by age) may leave the building; the key may not."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        abstract = True
