"""Agent statuses: what a person may choose."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from apps.instances.models import InstanceOwnedModel


class AgentStatus(InstanceOwnedModel):
    """A choice in the panel's header; one ROUTABLE and one OFFLINE always exist (SR-072)."""

    class Kind(models.TextChoices):
        ROUTABLE = "ROUTABLE", _("Routable")
        CUSTOM = "CUSTOM", _("Custom")
        OFFLINE = "OFFLINE", _("Offline")

    name = models.CharField(_("name"), max_length=127)
    description = models.CharField(_("description"), max_length=250, blank=True)
    kind = models.CharField(_("type"), max_length=8, choices=Kind.choices, default=Kind.CUSTOM)
    is_enabled = models.BooleanField(_("enabled"), default=True)
    display_order = models.PositiveSmallIntegerField(
        _("order"), default=1, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )

    class Meta:
        ordering = ["display_order", "name"]
        verbose_name_plural = _("agent statuses")
        constraints = [
            models.UniqueConstraint(
                "instance", Lower("name"), name="agent_status_name_unique_per_instance"
            ),
            models.UniqueConstraint(
                fields=["instance", "kind"],
                condition=models.Q(kind__in=["ROUTABLE", "OFFLINE"]),
                name="one_routable_and_one_offline_status",
            ),
        ]

    def __str__(self) -> str:
        return self.name
