"""What may be refused about audio."""

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Conflict, InvalidInput, NotFound


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


class CallOver(NotFound):
    """Also the answer to a token that is not ours: nobody learns which calls there are."""

    code = "CALL_OVER"
    message = _("This call is over.")


class StaleLeg(Conflict):
    """`generation`: the one to offer next."""

    code = "STALE_LEG"
    message = _("The audio is being set up again.")

    def __init__(self, *, generation: int) -> None:
        super().__init__()
        self.generation = generation


class AudioElsewhere(Conflict):
    """Two tabs that both answered the loss of a line would take it from each other for ever."""

    code = "AUDIO_ELSEWHERE"
    message = _("Another window of this agent has the audio.")
