"""The only writer of instances."""

import logging
import secrets
import zoneinfo
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Conflict, InvalidInput
from apps.core.unit_of_work import unit_of_work
from apps.instances import provisioning
from apps.instances.domain.alias import is_reserved, is_well_formed
from apps.instances.models import Instance

if TYPE_CHECKING:
    from apps.users.models import User

_log = logging.getLogger(__name__)

_CHANGEABLE = frozenset(
    {
        "name", "is_active", "country", "time_zone", "language", "web_call_enabled",
        "web_call_limit", "web_call_limit_per_address", "ring_seconds", "offline_logs_out",
        "call_quota", "missed_recovery_seconds", "gone_offline_minutes",
    }
)  # fmt: skip


class AliasNotPossible(InvalidInput):
    """The alias is not well formed or is a segment the installation needs for itself."""

    code = "ALIAS_NOT_POSSIBLE"
    message = _(
        "This alias cannot be used. Take lower-case letters, digits and hyphens, at most 45, "
        "and no word the installation uses itself."
    )


class AliasTaken(Conflict):
    """Another instance has this alias."""

    code = "ALIAS_TAKEN"
    message = _("Another instance already uses this alias.")


class AliasImmutable(InvalidInput):
    """People have bookmarked the address (SR-014)."""

    code = "ALIAS_IMMUTABLE"
    message = _("The alias of an instance cannot be changed: people have bookmarked it.")


def create_instance(
    *,
    alias: str,
    name: str,
    country: str = "US",
    time_zone: str = "UTC",
    language: str = "en-US",
    acting_user: "User | None" = None,
) -> Instance:
    """Create a tenant with everything a new one contains; `acting_user` None: the installation."""
    if not is_well_formed(alias) or is_reserved(alias):
        raise AliasNotPossible(field="alias")
    _check_time_zone(time_zone)
    with unit_of_work():
        instance = Instance(
            alias=alias, name=name, country=country, time_zone=time_zone, language=language
        )
        _insert(instance)
        provisioning.seed(instance)
    _log.info("instance created", extra=_who(instance, acting_user))
    return instance


def update_instance(
    instance: Instance, *, acting_user: "User | None" = None, **changes: Any
) -> Instance:
    """Change settings of an instance; fields are those of the model except the alias."""
    if "alias" in changes:
        raise AliasImmutable(field="alias")
    unknown = changes.keys() - _CHANGEABLE
    if unknown:
        raise InvalidInput(field=min(unknown))
    _check_time_zone(changes.get("time_zone", instance.time_zone))
    with unit_of_work():
        fresh = Instance.objects.select_for_update(no_key=True).get(pk=instance.pk)
        for field, value in changes.items():
            setattr(fresh, field, value)
        _check_fields(fresh)
        fresh.save(update_fields=list(changes))
    _log.info("instance changed", extra=_who(fresh, acting_user) | {"fields": sorted(changes)})
    return fresh


def renew_permissions_stamp(instance: Instance) -> None:
    """Make every cached set of rights of this instance worthless.

    A random stamp, not a counter: after a rollback a counter would be given out a second time, and
    the cache would answer with rights that never were.
    """
    instance.permissions_version = secrets.randbits(31)
    instance.save(update_fields=["permissions_version"])


def _insert(instance: Instance) -> None:
    """The database decides who was first; the look before it spares a failed statement."""
    if Instance.objects.filter(alias=instance.alias).exists():
        raise AliasTaken(field="alias")
    try:
        with transaction.atomic():
            instance.save()
    except IntegrityError:
        raise AliasTaken(field="alias") from None


def _check_time_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise InvalidInput(_("There is no such time zone."), field="time_zone")


def _check_fields(instance: Instance) -> None:
    try:
        instance.clean_fields()
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        raise InvalidInput(" ".join(sentences), field=field) from None


def _who(instance: Instance, acting_user: "User | None") -> dict[str, str]:
    return {
        "instance": str(instance.public_id),
        "acting_user": str(acting_user.public_id) if acting_user else "installation",
    }
