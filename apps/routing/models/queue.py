"""Waiting lines."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from apps.flows.models import ContactFlow
from apps.instances.models import InstanceOwnedModel
from apps.numbers.models import PhoneNumber
from apps.routing.models.hours import HoursOfOperation


class Queue(InstanceOwnedModel):
    """A waiting line that routing profiles draw from; each agent has one of their own."""

    class Kind(models.TextChoices):
        STANDARD = "STANDARD", _("Standard")
        AGENT = "AGENT", _("Agent")

    name = models.CharField(_("name"), max_length=127)
    description = models.CharField(_("description"), max_length=250, blank=True)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.STANDARD)
    is_enabled = models.BooleanField(_("enabled"), default=True)
    hours = models.ForeignKey(
        HoursOfOperation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="queues",
        verbose_name=_("hours of operation"),
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="agent_queue",
    )
    max_contacts = models.PositiveIntegerField(
        _("maximum contacts in queue"), null=True, blank=True
    )
    outbound_name = models.CharField(_("outbound caller name"), max_length=255, blank=True)
    outbound_number = models.ForeignKey(
        PhoneNumber,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="queues",
        verbose_name=_("outbound caller number"),
    )
    outbound_whisper = models.ForeignKey(
        ContactFlow,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="queues",
        verbose_name=_("outbound whisper flow"),
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("queue")
        verbose_name_plural = _("queues")
        constraints = [
            models.UniqueConstraint(
                "instance",
                Lower("name"),
                condition=models.Q(kind="STANDARD"),
                name="queue_name_unique_per_instance",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="STANDARD", hours__isnull=False, user__isnull=True)
                | models.Q(kind="AGENT", hours__isnull=True, user__isnull=False),
                name="queue_has_hours_or_is_an_agents",
            ),
        ]

    def __str__(self) -> str:
        return self.name
