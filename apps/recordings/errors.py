"""What may be refused about recordings; codes are stable."""

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Conflict, DomainError


class LinkOver(DomainError):
    code = "LINK_OVER"
    status = 410
    message = _("This link is over. Open the contact again and play or download from there.")


class NotAvailable(Conflict):
    code = "RECORDING_NOT_AVAILABLE"
    message = _("There is no recording to delete: it is still being made, or was deleted before.")
