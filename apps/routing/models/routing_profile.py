"""Which queues an agent serves, with what priority and delay."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from apps.instances.models import InstanceOwnedModel
from apps.routing.models.queue import Queue


class RoutingProfile(InstanceOwnedModel):
    """The queues an agent serves; concurrency per channel, voice now."""

    name = models.CharField(_("name"), max_length=127)
    description = models.CharField(_("description"), max_length=250)
    default_outbound_queue = models.ForeignKey(
        Queue,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("default outbound queue"),
    )
    queues = models.ManyToManyField(
        Queue, through="routing.RoutingProfileQueue", related_name="routing_profiles"
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("routing profile")
        verbose_name_plural = _("routing profiles")
        constraints = [
            models.UniqueConstraint(
                "instance", Lower("name"), name="routing_profile_name_unique_per_instance"
            )
        ]

    def __str__(self) -> str:
        return self.name


class RoutingProfileQueue(InstanceOwnedModel):
    """One queue and channel of a profile; priority 1 comes first, delay is a minimum age."""

    class Channel(models.TextChoices):
        VOICE = "VOICE", _("Voice")

    profile = models.ForeignKey(RoutingProfile, on_delete=models.CASCADE, related_name="entries")
    queue = models.ForeignKey(
        Queue, on_delete=models.CASCADE, related_name="entries", verbose_name=_("queue")
    )
    channel = models.CharField(
        _("channel"), max_length=5, choices=Channel.choices, default=Channel.VOICE
    )
    priority = models.PositiveSmallIntegerField(
        _("priority"), default=1, validators=[MinValueValidator(1), MaxValueValidator(99)]
    )
    delay_seconds = models.PositiveSmallIntegerField(
        _("delay in seconds"), default=0, validators=[MaxValueValidator(9999)]
    )

    class Meta:
        ordering = ["profile", "priority", "delay_seconds"]
        verbose_name = _("queue of a routing profile")
        verbose_name_plural = _("queues of a routing profile")
        constraints = [
            models.UniqueConstraint(
                fields=["profile", "queue", "channel"], name="queue_once_per_profile_and_channel"
            )
        ]

    def __str__(self) -> str:
        return f"{self.profile}: {self.queue}"
