"""The audit: who changed or read what, through which door, and what was there before."""

from typing import ClassVar

from auditlog.models import AbstractLogEntry
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.acting import Door
from apps.core.models import PublicIdModel
from apps.instances.models import Instance

DOORS = {
    Door.ADMIN: _("Admin"),
    Door.PAGE: _("Page"),
    Door.REST: _("REST"),
    Door.SOCKET: _("Panel or call page"),
    Door.COMMAND: _("Command on the server"),
    Door.JOB: _("Background job"),
    Door.SYSTEM: _("The installation itself"),
}


class AuditEntry(AbstractLogEntry, PublicIdModel):  # type: ignore[misc]
    """One changed row of one unit of work, or one sensitive read (A-01, A-02); only ever added.

    No row of a tenant: `instance` is null where the installation is concerned. It outlives what
    it tells of: names are kept as text, and no constraint ties it to an instance that goes.
    """

    class Reading(models.TextChoices):
        VIEWED = "viewed", _("Viewed")
        SEARCHED = "searched", _("Searched")
        EXPORTED = "exported", _("Exported")
        PLAYED = "played", _("Played")
        DOWNLOADED = "downloaded", _("Downloaded")
        LISTENED_IN = "listened_in", _("Listened in")

    created_at = None  # type: ignore[assignment] # `timestamp` says it

    instance = models.ForeignKey(
        Instance, on_delete=models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )
    door = models.CharField(
        _("door"), max_length=8, choices=[(str(door), DOORS[door]) for door in Door]
    )
    actor_name = models.CharField(_("who"), max_length=600, blank=True)
    object_public_id = models.UUIDField(null=True)
    reading = models.CharField(_("read"), max_length=11, choices=Reading.choices, blank=True)
    changes = models.JSONField(_("changes"), default=dict, encoder=DjangoJSONEncoder)

    objects: ClassVar[models.Manager["AuditEntry"]] = models.Manager()

    class Meta:
        ordering = ["-timestamp", "-public_id"]
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes = [
            models.Index(
                fields=["instance", "-timestamp", "-public_id"], name="audit_newest_first"
            ),
            models.Index(fields=["content_type", "object_public_id"], name="audit_of_one_object"),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.object_repr}"
