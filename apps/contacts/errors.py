"""What may be refused about contacts; codes are stable."""

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Conflict, NotFound, QuotaExceeded


class OfferGone(Conflict):
    code = "OFFER_GONE"
    message = _("This call is no longer available.")


class NotInThisState(Conflict):
    code = "INVALID_STATE"
    message = _("This is not possible in the present state of the contact.")


class ContactNotComplete(Conflict):
    code = "CONTACT_NOT_COMPLETE"
    message = _("There is a record once the contact is complete. Ask again later.")


class ContactNotWaiting(Conflict):
    code = "CONTACT_NOT_WAITING"
    message = _("This contact does not wait in a queue. Its page says what became of it.")


class SoftphoneNotReady(Conflict):
    code = "SOFTPHONE_NOT_READY"
    message = _("Allow the microphone in your browser first, then try again.")


class UnknownNumber(NotFound):
    code = "UNKNOWN_NUMBER"
    message = _("This number is not in service. Check it and call again.")


class MisconfiguredNumber(Conflict):
    code = "MISCONFIGURED_NUMBER"
    message = _("This number has no published flow. Tell the administrator of the instance.")


class CallPageOff(NotFound):
    code = "CALL_PAGE_OFF"
    message = _("Calls from the web page are not enabled here.")


class TooManyCalls(QuotaExceeded):
    code = "TOO_MANY_CALLS"
    message = _("All lines are busy. Try again in a few minutes.")


class TooManyCallsFromHere(QuotaExceeded):
    code = "TOO_MANY_CALLS_FROM_ADDRESS"
    message = _("There are already calls from your network address. End one of them first.")


class NoMediaNode(Conflict):
    code = "NO_MEDIA_NODE"
    message = _("No line is free for a call at the moment. Try again in a few minutes.")
