"""A way in for operators when none is left: a link made on the server, good for once (R-13).

It needs no password and no free door, so it also works while wrong passwords keep them closed.
"""

import hashlib
import logging
import secrets
from datetime import timedelta
from typing import cast

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.errors import InvalidInput, NotFound
from apps.core.unit_of_work import unit_of_work
from apps.users.models import EmergencyLink, SignIn, User, login_key_of
from apps.users.sessions import SessionStore
from apps.users.sign_ins import sign_in

USABLE = timedelta(minutes=10)
MOST_MINUTES = 240
ACCOUNT = "emergency"

_log = logging.getLogger(__name__)


class NoSuchLink(NotFound):
    """Wrong, used or too old; which of them is nobody's business who does not know."""

    code = "NO_SUCH_LINK"
    message = _("This link is used or too old. Make another one on the server.")


class NoSuchOperator(InvalidInput):
    code = "NO_SUCH_OPERATOR"
    message = _("There is no active operator with this name.")


def make_link(*, minutes: int = 15, reason: str = "", operator: str | None = None) -> str:
    """The token of a link that signs in as this operator, else as one that has no password."""
    if not 1 <= minutes <= MOST_MINUTES:
        raise InvalidInput(_("A session by emergency link lasts 1 to 240 minutes."))
    token = secrets.token_urlsafe(32)
    with unit_of_work():
        link = EmergencyLink.objects.create(
            operator=_operator(operator) if operator else _account(),
            token_hash=_hash(token),
            reason=reason[:250],
            minutes=minutes,
            expires_at=clock.now() + USABLE,
        )
    _log.warning("emergency link made", extra=_facts(link))
    return token


def usable_link(token: str, *, rows: QuerySet[EmergencyLink] | None = None) -> EmergencyLink:
    """The link with this token, untouched; `NoSuchLink` when there is none any more."""
    links = EmergencyLink.objects.all() if rows is None else rows
    unused = links.filter(token_hash=_hash(token), used_at=None)
    link = unused.filter(expires_at__gt=clock.now(), operator__is_active=True).first()
    if link is None:
        raise NoSuchLink
    return link


def use_link(request: HttpRequest, token: str) -> None:
    """Sign in, for as many minutes as the link says and no longer."""
    with unit_of_work():
        rows = EmergencyLink.objects.select_for_update(of=("self",), no_key=True)
        link = usable_link(token, rows=rows)  # who was faster has used it
        sign_in(request, link.operator, how=SignIn.How.EMERGENCY)
        cast(SessionStore, request.session).end_after(timedelta(minutes=link.minutes))
        link.used_at = clock.now()
        link.save(update_fields=["used_at"])  # after signing in: the audit names who it was
    _log.warning("emergency link used", extra=_facts(link))


def _account() -> User:
    """One for all emergencies; without a password nobody else signs in as it."""
    key = login_key_of(instance=None, username=ACCOUNT)
    user = User.objects.filter(login_key=key).first()
    if user is None:
        user = User(username=ACCOUNT)
        user.set_unusable_password()
    user.is_staff = user.is_superuser = user.is_active = True
    user.save()
    return user


def _operator(name: str) -> User:
    key = login_key_of(instance=None, username=name)
    operators = User.objects.filter(is_staff=True, is_superuser=True, is_active=True)
    found = operators.filter(login_key=key).first()
    if found is None:
        raise NoSuchOperator(field="operator")
    return found


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _facts(link: EmergencyLink) -> dict[str, object]:
    return {
        "link": str(link.public_id),
        "operator": str(link.operator.public_id),
        "minutes": link.minutes,
        "reason": link.reason,
    }
