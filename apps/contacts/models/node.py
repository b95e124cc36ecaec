"""What belongs to the installation, not to a tenant: media nodes, and when control last swept."""

from django.db import models

from apps.core import clock
from apps.core.models import PublicIdModel


class MediaNode(PublicIdModel):
    """A place that carries calls. A new `boot_id` under the slot proves that the old one is dead.

    A call is with a living node while its (`node`, `boot_id`) is a row here with no `lost_at`.
    """

    slot = models.CharField(max_length=64, unique=True)
    boot_id = models.CharField(max_length=64)
    started_at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(default=clock.now)
    lost_at = models.DateTimeField(null=True)  # control judged it silent; a heartbeat undoes it
    calls = models.PositiveIntegerField(default=0)
    capacity = models.PositiveIntegerField(default=0)
    is_draining = models.BooleanField(default=False)
    address = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["slot"]

    def __str__(self) -> str:
        return self.slot


class SweepMark(models.Model):
    """When the deadlines were last worked off; one row, so that a new sweeper knows the gap."""

    swept_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.swept_at)
