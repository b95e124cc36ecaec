"""What may be refused about audio."""

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Conflict, InvalidInput


class MediaUnavailable(Conflict):
    code = "MEDIA_UNAVAILABLE"
    message = _("Calls cannot be made at the moment. Try again shortly.")


class SlotTaken(Conflict):
    code = "SLOT_TAKEN"
    message = _(
        "Another media process has this slot. Give each its own name with --slot, "
        "or stop the other one."
    )


class BadOffer(InvalidInput):
    code = "BAD_MEDIA_OFFER"
    message = _("The browser's audio offer could not be used.")


class StaleLeg(Conflict):
    code = "STALE_LEG"
    message = _("The audio is being set up again.")
