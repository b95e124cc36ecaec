"""Alarms: what somebody who runs the house should know, once per cause."""

from datetime import UTC, datetime

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.models import PublicIdModel
from apps.instances.models import Instance

_NOT_YET = datetime(9999, 1, 1, tzinfo=UTC)


class Alarm(PublicIdModel):
    """One cause from when it was first seen until it is gone; seen again later it is a new row.

    No row of a tenant: `instance` is null where the whole installation is concerned.
    """

    class Severity(models.TextChoices):
        WARNING = "warning", _("Warning")
        CRITICAL = "critical", _("Critical")

    instance = models.ForeignKey(
        Instance, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(_("kind"), max_length=64)
    cause = models.CharField(_("cause"), max_length=200)
    severity = models.CharField(
        _("severity"), max_length=8, choices=Severity.choices, default=Severity.WARNING
    )
    message = models.TextField(_("message"))
    details = models.JSONField(_("details"), default=dict, encoder=DjangoJSONEncoder)
    opened_at = models.DateTimeField(_("opened"), default=clock.now)
    last_seen_at = models.DateTimeField(_("last seen"), default=clock.now)
    count = models.PositiveBigIntegerField(_("times seen"), default=1)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # The order of lists: what is open before what is closed, both newest first.
    listed_at = models.GeneratedField(
        expression=Coalesce("closed_at", models.Value(_NOT_YET)),
        output_field=models.DateTimeField(),
        db_persist=True,
    )

    class Meta:
        ordering = ["-listed_at", "-public_id"]
        verbose_name = _("alarm")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "cause"],
                condition=models.Q(closed_at=None),
                name="one_open_alarm_per_cause",
            )
        ]
        indexes = [models.Index(fields=["-listed_at", "-public_id"], name="alarm_open_first")]

    def __str__(self) -> str:
        return f"{self.kind} {self.cause}"
