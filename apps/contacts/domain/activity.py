"""An agent's derived activity: what is shown, never what is stored (architecture, decision 4)."""

from enum import StrEnum

from apps.contacts.domain.states import OfferState


class Activity(StrEnum):
    """Names the panel knows."""

    ERROR = "error"
    MISSED = "missed"
    CONNECTED = "connected"
    HOLD = "hold"
    ACW = "acw"
    INCOMING = "incoming"
    CONNECTING = "connecting"
    AWAY = "away"
    AVAILABLE = "available"
    OFFLINE = "offline"


_OF_OFFER = {
    OfferState.ERROR: Activity.ERROR,
    OfferState.MISSED: Activity.MISSED,
    OfferState.CONNECTED: Activity.CONNECTED,
    OfferState.ENDED: Activity.ACW,
    OfferState.RINGING: Activity.INCOMING,
    OfferState.ACCEPTED: Activity.CONNECTING,
}
_OF_STATUS = {
    "ROUTABLE": Activity.AVAILABLE,
    "CUSTOM": Activity.AWAY,
    "OFFLINE": Activity.OFFLINE,
}


def activity(*, offer: OfferState | None, is_held: bool, status_kind: str) -> Activity:
    """The one word for an agent, from the offer held and the status chosen."""
    if offer is OfferState.CONNECTED and is_held:
        return Activity.HOLD
    if offer is not None and offer in _OF_OFFER:
        return _OF_OFFER[offer]
    return _OF_STATUS[status_kind]
