"""A CSV file of people on its way: looked through, shown, then carried out or given up."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.instances.models import InstanceOwnedModel


class UserUpload(InstanceOwnedModel):
    """What became of one file; the file, which holds passwords, lies outside the database."""

    class State(models.TextChoices):
        CHECKING = "CHECKING", _("Being checked")
        READY = "READY", _("Ready to create")
        REFUSED = "REFUSED", _("Refused")
        RUNNING = "RUNNING", _("Being created")
        DONE = "DONE", _("Done")
        CANCELLED = "CANCELLED", _("Cancelled")
        FAILED = "FAILED", _("Failed")

    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="uploads"
    )
    file_name = models.CharField(_("file"), max_length=255)
    state = models.CharField(
        _("state"), max_length=9, choices=State.choices, default=State.CHECKING
    )
    rows = models.PositiveIntegerField(_("rows"))
    done = models.PositiveIntegerField(_("rows done"), default=0)
    # when somebody last worked on it: a job may die with its process
    seen_at = models.DateTimeField(default=clock.now)
    problems = models.JSONField(default=list)  # the first ones: row, column, text
    problem_count = models.PositiveIntegerField(default=0)
    preview = models.JSONField(default=list)  # the first rows without passwords

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("upload of users")
        verbose_name_plural = _("uploads of users")
        constraints = [
            # so that nobody fills the disk; the sweep reads it too
            models.UniqueConstraint(
                fields=["instance", "uploaded_by"],
                condition=models.Q(state__in=["CHECKING", "READY", "RUNNING"]),
                name="one_upload_on_its_way_per_person",
            )
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_on_its_way(self) -> bool:
        return self.state in ON_THEIR_WAY

    @property
    def percent(self) -> int:
        return 100 * self.done // self.rows if self.rows else 0


AT_WORK = (UserUpload.State.CHECKING, UserUpload.State.RUNNING)
ON_THEIR_WAY = (*AT_WORK, UserUpload.State.READY)
