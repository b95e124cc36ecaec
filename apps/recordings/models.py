"""Recordings: what is, was or shall be heard again of a contact."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.contacts.models import Contact
from apps.core import clock
from apps.instances.models import InstanceHistoryModel


class Recording(InstanceHistoryModel):
    """One per recorded contact, made when agent and customer are joined (SR-128).

    `public_id` names its folder of journals. `key` and `peaks_key` are names in
    `STORAGES["recordings"]`. `due_at` is when the finaliser shall try, or try again; of a
    deleted row, until when the sweep looks for files of it.
    """

    class State(models.TextChoices):
        RECORDING = "recording", _("Being recorded")
        STOPPED = "stopped", _("Being prepared")
        AVAILABLE = "available", _("Available")
        FAILED = "failed", _("Failed")
        DELETED = "deleted", _("Deleted")

    contact = models.OneToOneField(Contact, on_delete=models.CASCADE, related_name="recording")
    participants = models.JSONField(default=list)  # of `agent`, `customer`; fixed from the join on
    state = models.CharField(max_length=9, choices=State.choices, default=State.RECORDING)
    is_partial = models.BooleanField(default=False)
    started_at = models.DateTimeField(default=clock.now)
    stopped_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    key = models.CharField(max_length=200, blank=True)
    peaks_key = models.CharField(max_length=200, blank=True)
    duration_ms = models.PositiveBigIntegerField(null=True)
    size = models.PositiveBigIntegerField(null=True)  # bytes
    deleted_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-started_at", "-id"]
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(due_at__isnull=False), name="recording_due"
            )
        ]

    def __str__(self) -> str:
        return str(self.public_id)
