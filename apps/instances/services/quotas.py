"""How many of a thing an instance may have, and the only writer of exceptions to it."""

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db.models import Model, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Conflict, InvalidInput
from apps.core.unit_of_work import unit_of_work
from apps.instances.domain.quotas import BY_NAME, HIGHEST, exceptions, is_possible
from apps.instances.models import Instance, QuotaOverride
from apps.instances.scope import instance_scope
from apps.instances.services.operators import require_operator

if TYPE_CHECKING:
    from apps.users.models import User

_log = logging.getLogger(__name__)


class QuotaReached(Conflict):
    """The sentence names the quota and its limit, so that the right thing can be asked for."""

    code = "QUOTA_REACHED"

    def __init__(self, name: str, limit: int) -> None:
        text = _(
            "The limit for {label} is {limit}, and it is reached. "
            "Do with what there is, or ask the operator of the installation for a higher one."
        )
        message = format_lazy(text, label=_(BY_NAME[name].label), limit=limit)
        super().__init__(message, quota=name, limit=limit)


def quota(instance: Instance, name: str) -> int:
    """What holds for this instance; KeyError for a name that is not in the catalogue."""
    default = BY_NAME[name].default
    with instance_scope(instance):
        own = QuotaOverride.objects.filter(name=name).values_list("value", flat=True).first()
    return default if own is None else own


def check_quota(instance: Instance, name: str, present: int) -> None:
    """Refuse one more of what there are `present` already."""
    limit = quota(instance, name)
    if present >= limit:
        raise QuotaReached(name, limit)


def check_room(instance: Instance, name: str, rows: QuerySet[Model], *, more: int = 1) -> None:
    """Refuse that many more rows; until the caller's transaction ends nobody else adds one."""
    Instance.objects.select_for_update(no_key=True).get(pk=instance.pk)
    check_quota(instance, name, rows.count() + more - 1)


def set_quotas(
    instance: Instance, values: Mapping[str, int], *, acting_user: "User | None" = None
) -> None:
    """Give these quotas other values; what an instance has beyond a lower one stays."""
    require_operator(acting_user)
    for name, value in values.items():
        _check(name, value)
    own = exceptions(values)
    with unit_of_work(), instance_scope(instance):
        Instance.objects.select_for_update(no_key=True).get(pk=instance.pk)
        present = {row.name: row for row in QuotaOverride.objects.filter(name__in=values)}
        for name in present.keys() - own.keys():
            present[name].delete()
        for name, value in own.items():
            row = present.get(name) or QuotaOverride(instance=instance, name=name)
            if row.value != value:
                row.value = value
                row.save()
    _log.info("quotas set", extra={"instance": str(instance.public_id), "quotas": sorted(values)})


def _check(name: str, value: int) -> None:
    if name not in BY_NAME:
        raise InvalidInput(_("There is no such quota."), field=name)
    if not is_possible(value):
        text = _("Enter a number between 0 and {highest}.")
        raise InvalidInput(format_lazy(text, highest=HIGHEST), field=name)
