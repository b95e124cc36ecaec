"""What a caller is shown of the call."""

from apps.contacts.domain.states import ConnectionState, ContactState


def shown_to_caller(contact: str, connection: str) -> str:
    """`connecting`, `ringing`, `connected`, `hold` or `ended`, of the two stored states.

    `ringing` is all the time in which the caller hears the flow or the queue.
    """
    if connection == ConnectionState.DISCONNECTED:
        return "ended"
    if connection == ConnectionState.CONNECTING:
        return "connecting"
    if connection == ConnectionState.HOLD:
        return "hold"
    return "connected" if contact == ContactState.JOINED else "ringing"
