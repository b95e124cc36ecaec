"""Telephone numbers of an instance."""

from typing import TYPE_CHECKING

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.flows.models import ContactFlow
from apps.instances.models import InstanceOwnedModel

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


class PhoneNumber(InstanceOwnedModel):
    """A claimed number; a call to it runs `flow`. A number belongs to one instance only."""

    e164 = E164Field(_("number"), unique=True)
    description = models.CharField(_("description"), max_length=500, blank=True)
    flow = models.ForeignKey(
        ContactFlow, on_delete=models.PROTECT, null=True, blank=True, related_name="numbers"
    )

    class Meta:
        ordering = ["e164"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(e164__regex=r"^\+[1-9][0-9]{1,14}$"), name="number_is_e164"
            )
        ]

    def __str__(self) -> str:
        return self.e164
