"""Where agents can transfer a call with one click."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from apps.flows.models import ContactFlow
from apps.instances.models import InstanceOwnedModel
from apps.numbers.models import E164Field
from apps.routing.models.queue import Queue


class QuickConnect(InstanceOwnedModel):
    """A named destination; agents see it who serve a queue it is put on (SR-096, SR-100)."""

    class Kind(models.TextChoices):
        USER = "USER", _("Agent")
        QUEUE = "QUEUE", _("Queue")
        PHONE_NUMBER = "PHONE_NUMBER", _("External")

    name = models.CharField(_("name"), max_length=127)
    description = models.CharField(_("description"), max_length=250, blank=True)
    kind = models.CharField(_("type"), max_length=12, choices=Kind.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="quick_connects",
        verbose_name=_("agent"),
    )
    queue = models.ForeignKey(
        Queue,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="quick_connects_to_it",
        verbose_name=_("queue"),
    )
    e164 = E164Field(_("phone number"), blank=True)
    flow = models.ForeignKey(
        ContactFlow,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="quick_connects",
        verbose_name=_("transfer flow"),
    )
    queues = models.ManyToManyField(
        Queue, through="routing.QueueQuickConnect", related_name="quick_connects"
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("quick connect")
        verbose_name_plural = _("quick connects")
        constraints = [
            models.UniqueConstraint(
                "instance", Lower("name"), name="quick_connect_name_unique_per_instance"
            ),
            models.CheckConstraint(
                condition=Q(
                    kind="USER", user__isnull=False, queue=None, e164="", flow__isnull=False
                )
                | Q(kind="QUEUE", user=None, queue__isnull=False, e164="", flow__isnull=False)
                | Q(
                    kind="PHONE_NUMBER",
                    user=None,
                    queue=None,
                    e164__regex=r"^\+[1-9][0-9]{1,14}$",
                    flow=None,
                ),
                name="quick_connect_has_what_its_kind_needs",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class QueueQuickConnect(InstanceOwnedModel):
    """A quick connect put on a queue: offered to those who serve it."""

    queue = models.ForeignKey(Queue, on_delete=models.CASCADE, related_name="placements")
    quick_connect = models.ForeignKey(
        QuickConnect, on_delete=models.CASCADE, related_name="placements"
    )

    class Meta:
        ordering = ["queue", "quick_connect"]
        verbose_name = _("quick connect on a queue")
        verbose_name_plural = _("quick connects on queues")
        constraints = [
            models.UniqueConstraint(
                fields=["queue", "quick_connect"], name="quick_connect_once_per_queue"
            )
        ]

    def __str__(self) -> str:
        return f"{self.queue}: {self.quick_connect}"
