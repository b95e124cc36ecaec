"""Every refusal is a class: a stable code, a sentence a person can act on, an HTTP status."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """Something the caller asked for cannot be done; nothing was changed."""

    code = "ERROR"
    status = 400
    message: str | Promise = _("The request could not be carried out.")

    def __init__(self, message: str | Promise | None = None, **facts: Any) -> None:
        if message is not None:
            self.message = message
        self.facts = facts
        super().__init__(str(self.message))


class InvalidInput(DomainError):
    """The caller's data is wrong; `facts` may name the field."""

    code = "INVALID_INPUT"
    status = 400
    message = _("Some of the data is not valid.")


class NotAllowed(DomainError):
    """The caller is known but lacks the right."""

    code = "NOT_ALLOWED"
    status = 403
    message = _("You do not have the permission for this.")


class NotFound(DomainError):
    """No such thing here; the same answer for what exists elsewhere."""

    code = "NOT_FOUND"
    status = 404
    message = _("There is no such thing here.")


class Conflict(DomainError):
    """The thing exists but its present state does not allow the action."""

    code = "CONFLICT"
    status = 409
    message = _("This is not possible in the present state.")


class Unavailable(DomainError):
    """The database cannot be reached; nothing is known of what was asked."""

    code = "UNAVAILABLE"
    status = 503
    message = _("The server cannot do this just now. Try again in a moment.")


class QuotaExceeded(DomainError):
    """A limit of the instance or of the caller's address is reached."""

    code = "QUOTA_EXCEEDED"
    status = 429
    message = _("A limit is reached. Try again later.")
