"""The only writer of approved origins: sites whose pages may show the panel (S-08)."""

import logging
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Conflict, InvalidInput
from apps.core.unit_of_work import unit_of_work
from apps.instances.domain.origins import MOST, Fault, NotAnOrigin, canonical_origin
from apps.instances.models import ApprovedOrigin, Instance

if TYPE_CHECKING:
    from apps.users.models import User

_log = logging.getLogger(__name__)


class OriginNotPossible(InvalidInput):
    """The sentence says what is wrong with it."""

    code = "ORIGIN_NOT_POSSIBLE"


class OriginTaken(Conflict):
    code = "ORIGIN_TAKEN"
    message = _("This origin is approved already.")


class TooManyOrigins(Conflict):
    """Every answer of the panel's page names them all."""

    code = "TOO_MANY_ORIGINS"
    message = format_lazy(
        _("An instance has at most {most} approved origins. Remove one that is not needed."),
        most=MOST,
    )


_SENTENCES = {
    Fault.SHAPE: _("Enter an origin without path or wildcard, such as https://crm.example.com."),
    Fault.HOST: _("This is not the name of a host. Enter one such as https://crm.example.com."),
    Fault.PORT: _("There is no such port."),
    Fault.NOT_ENCRYPTED: _("Enter an origin with https; http is for localhost only."),
}


def checked_origin(raw: str) -> str:
    """The canonical form; `OriginNotPossible` says what is wrong."""
    try:
        return canonical_origin(raw)
    except NotAnOrigin as error:
        raise OriginNotPossible(_SENTENCES[error.fault], field="origin") from None


def approve_origin(
    *, instance: Instance, origin: str, acting_user: "User | None" = None
) -> ApprovedOrigin:
    """Let pages of this origin show the panel, from the next time it is opened."""
    canonical = checked_origin(origin)
    with unit_of_work():
        Instance.objects.select_for_update(no_key=True).get(pk=instance.pk)
        if ApprovedOrigin.objects.count() >= MOST:
            raise TooManyOrigins(field="origin")
        row = ApprovedOrigin(instance=instance, origin=canonical)
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError:
            raise OriginTaken(field="origin") from None
    _log.info("origin approved", extra=_facts(instance, acting_user))
    return row


def withdraw_origin(row: ApprovedOrigin, *, acting_user: "User | None" = None) -> None:
    """A panel that is shown there stays until it is loaded again."""
    with unit_of_work():
        row.delete()
    _log.info("origin withdrawn", extra=_facts(row.instance, acting_user))


def _facts(instance: Instance, acting_user: "User | None") -> dict[str, str]:
    actor = str(acting_user.public_id) if acting_user else "installation"
    return {"instance": str(instance.public_id), "acting_user": actor}
