"""Hours of operation: a calendar in a time zone."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from apps.instances.models import InstanceOwnedModel
from apps.routing.domain.week import wall_clock


class HoursOfOperation(InstanceOwnedModel):
    """When a queue is open; the zone takes care of daylight saving."""

    name = models.CharField(_("name"), max_length=127)
    description = models.CharField(_("description"), max_length=250, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")

    class Meta:
        ordering = ["name"]
        verbose_name = _("hours of operation")
        verbose_name_plural = _("hours of operation")
        constraints = [
            models.UniqueConstraint(
                "instance", Lower("name"), name="hours_name_unique_per_instance"
            )
        ]

    def __str__(self) -> str:
        return self.name


class HoursInterval(InstanceOwnedModel):
    """One open stretch of a weekday, in minutes after midnight; 1440 is the end of the day."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    hours = models.ForeignKey(HoursOfOperation, on_delete=models.CASCADE, related_name="intervals")
    weekday = models.PositiveSmallIntegerField(_("day"), choices=Weekday.choices)
    start_minute = models.PositiveSmallIntegerField(_("from"), validators=[MaxValueValidator(1439)])
    end_minute = models.PositiveSmallIntegerField(_("to"), validators=[MaxValueValidator(1440)])

    class Meta:
        ordering = ["hours", "weekday", "start_minute"]
        verbose_name = _("open time")
        verbose_name_plural = _("open times")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(start_minute__lt=models.F("end_minute")),
                name="interval_starts_before_it_ends",
            )
        ]

    def __str__(self) -> str:
        day = self.Weekday(self.weekday).label
        times = f"{wall_clock(self.start_minute)}–{wall_clock(self.end_minute)}"
        return f"{self.hours}: {day} {times}"
