"""Every reference from a tenant's row stays inside the tenant (architecture, decision 11).

`InstanceOwnedModel.save()` refuses others, but neither the database nor `update()` does.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import F, ForeignKey
from django.utils.translation import gettext as text
from django.utils.translation import gettext_lazy as _

from apps.alarms.checks import Check, Damage, NotRepairableError, cause_of
from apps.instances.models import InstanceOwnedModel
from apps.users.models import User


def references() -> Iterator[tuple[type[InstanceOwnedModel], str]]:
    """Each tenant's model with each of its foreign keys to something that has an instance."""
    for model in apps.get_models():
        if issubclass(model, InstanceOwnedModel):
            for field in model._meta.concrete_fields:
                if isinstance(field, ForeignKey) and _has_instance(field.related_model):
                    yield model, field.name


def _has_instance(model: Any) -> bool:
    return issubclass(model, InstanceOwnedModel | User)


def _find() -> Iterator[Damage]:
    for model, name in references():
        # operators of the platform belong to no instance and may act in all
        rows = model.objects.filter(**{f"{name}__instance__isnull": False})
        foreign = rows.exclude(**{f"{name}__instance": F("instance")})
        for row in foreign.select_related("instance").order_by("pk").iterator():
            yield _damage(row, name)


def _damage(row: InstanceOwnedModel, name: str) -> Damage:
    sentence = text("“%(field)s” of %(row)s belongs to another instance.")
    cause = cause_of(row)
    return Damage(f"{cause} {name}", sentence % {"field": name, "row": cause}, row.instance, row.pk)


def _refuse(damage: Damage) -> None:
    raise NotRepairableError(
        text("Nobody but you can know to which instance this belongs: %s") % damage.sentence
    )


CHECK = Check(
    "foreign_reference",
    _("What an instance's rows refer to belongs to the instance"),
    _find,
    _refuse,
    is_thorough=True,
)
