"""The only writer of instances."""

import logging
import secrets
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Conflict, InvalidInput
from apps.core.text import is_storable, tidy_name
from apps.core.unit_of_work import touch, unit_of_work
from apps.instances import provisioning
from apps.instances.domain.alias import is_reserved, is_well_formed
from apps.instances.domain.places import LANGUAGES, countries, is_time_zone
from apps.instances.models import Instance
from apps.instances.services.operators import require_operator

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
# What the installation gives an instance; the rest is its own people's to decide.
_OPERATORS_ONLY = frozenset({"is_active", "call_quota"})


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
    instance = Instance(
        alias=alias, name=name, country=country, time_zone=time_zone, language=language
    )
    _check(instance)
    with unit_of_work():
        _insert(instance)
        provisioning.seed(instance)
    _log.info("instance created", extra=_who(instance, acting_user))
    return instance


def update_instance(
    instance: Instance, *, acting_user: "User | None" = None, **changes: Any
) -> Instance:
    """Change settings of an instance; fields are those of the model except the alias.

    Switched off, nobody enters it any more, the sessions of its people end at once, and the sweep
    lets go the callers who wait.
    """
    _check_changeable(changes.keys(), acting_user)
    with unit_of_work():
        fresh = Instance.objects.select_for_update(no_key=True).get(pk=instance.pk)
        before = fresh.gone_offline_minutes
        for field, value in changes.items():
            setattr(fresh, field, value)
        _check(fresh)
        fresh.save(update_fields=list(changes))
        if fresh.gone_offline_minutes != before:
            touch("absence", fresh.pk)  # agents are locked before the sessions that may end
        touch("instance", fresh.pk)
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


def _check_changeable(fields: Collection[str], acting_user: "User | None") -> None:
    if "alias" in fields:
        raise AliasImmutable(field="alias")
    unknown = set(fields) - _CHANGEABLE
    if unknown:
        raise InvalidInput(field=min(unknown))
    if _OPERATORS_ONLY.intersection(fields):
        require_operator(acting_user)


def _check(instance: Instance) -> None:
    instance.name = tidy_name(instance.name)
    if not is_storable(instance.name):
        raise InvalidInput(field="name")
    if not is_time_zone(instance.time_zone):
        raise InvalidInput(_("There is no such time zone."), field="time_zone")
    if instance.country not in countries():
        raise InvalidInput(_("There is no such country."), field="country")
    if instance.language not in LANGUAGES:
        raise InvalidInput(_("This language is not available."), field="language")
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
