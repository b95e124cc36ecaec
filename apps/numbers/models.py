"""Telephone numbers: those of an instance, and those that wait in the pool to be claimed."""

from typing import TYPE_CHECKING

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import PublicIdModel
from apps.flows.models import ContactFlow
from apps.instances.models import InstanceOwnedModel
from apps.numbers.domain.e164 import is_toll_free

if TYPE_CHECKING:
    _TextField = models.CharField[str, str]
else:
    _TextField = models.CharField


class E164Field(_TextField):
    """A number in its one canonical form, `+` and up to 15 digits (SR-024)."""

    default_validators = [RegexValidator(r"^\+[1-9]\d{1,14}$", _("Use the form +12065550100."))]

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs["max_length"] = 16
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]


class NumberKind(models.TextChoices):
    DID = "DID", _("Direct dial")
    TOLL_FREE = "TOLL_FREE", _("Toll-free")


def kind_of(e164: str) -> NumberKind:
    return NumberKind.TOLL_FREE if is_toll_free(e164) else NumberKind.DID


class PoolNumber(PublicIdModel):
    """A number of the installation that any instance may claim; it is in one place only."""

    e164 = E164Field(_("number"), unique=True)
    country = models.CharField(
        _("country"), max_length=2, blank=True, help_text=_("Empty for numbers of no country.")
    )
    kind = models.CharField(_("type"), max_length=9, choices=NumberKind.choices)
    available_from = models.DateTimeField(
        _("available from"),
        null=True,
        blank=True,
        help_text=_("A number that was released rests until then, so that late callers stop."),
    )

    class Meta:
        ordering = ["e164"]
        verbose_name = _("number in the pool")
        verbose_name_plural = _("numbers in the pool")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(e164__regex=r"^\+[1-9][0-9]{1,14}$"), name="pool_number_is_e164"
            )
        ]

    def __str__(self) -> str:
        return self.e164


class PhoneNumber(InstanceOwnedModel):
    """A claimed number; a call to it runs `flow`. A number belongs to one instance only."""

    e164 = E164Field(_("number"), unique=True)
    kind = models.CharField(
        _("type"), max_length=9, choices=NumberKind.choices, default=NumberKind.DID
    )
    description = models.CharField(
        _("description"),
        max_length=500,
        blank=True,
        help_text=_("What the number is for, such as the department that publishes it."),
    )
    flow = models.ForeignKey(
        ContactFlow,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="numbers",
        verbose_name=_("contact flow"),
        help_text=_("Answers calls to the number. Without a flow, calls to it fail."),
    )

    class Meta:
        ordering = ["e164"]
        verbose_name = _("phone number")
        verbose_name_plural = _("phone numbers")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(e164__regex=r"^\+[1-9][0-9]{1,14}$"), name="number_is_e164"
            )
        ]

    def __str__(self) -> str:
        return self.e164
