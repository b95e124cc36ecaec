"""Sample snapshots of the panel socket, one for each thing the panel can show."""

from datetime import UTC, datetime, timedelta
from typing import Any

NOW = datetime(2026, 11, 22, 10, 0, 0, tzinfo=UTC)
CONTACT = "0197a4c2-0000-7000-8000-00000000c0de"
STATUSES = [
    {"id": "s-available", "name": "Available", "type": "routable"},
    {"id": "s-lunch", "name": "Lunch", "type": "not_routable"},
    {"id": "s-training", "name": "Training and coaching", "type": "not_routable"},
    {"id": "s-offline", "name": "Offline", "type": "offline"},
]
TALKING = ["contact.end", "connection.hold", "connection.mute", "agent.set_status"]


def ago(seconds: float) -> str:
    """An instant so many seconds before NOW, as ISO text."""
    return (NOW - timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


def contact(**changes: Any) -> dict[str, Any]:
    """A contact as the panel gets it."""
    usual: dict[str, Any] = {
        "id": CONTACT,
        "offer": "offer-1",
        "queue": "Changes and refunds",
        "number": "+12065550123",
        "numberDisplay": "+1 206-555-0123",
        "attributes": [["Booking", "QX7-4418"], ["Language", "English"]],
        "enqueuedAt": ago(102),
        "ringDueAt": None,
        "connectedAt": None,
        "acwDueAt": None,
        "recorded": [],
        "muted": False,
        "onHold": False,
        "endReason": None,
    }
    return {**usual, **changes}


def panel(**changes: Any) -> dict[str, Any]:
    """The panel part of a snapshot: an available agent with nothing to do."""
    usual: dict[str, Any] = {
        "activity": "available",
        "since": ago(372),
        "statusName": "Available",
        "nextStatus": None,
        "statuses": STATUSES,
        "hasAudio": True,
        "user": {"name": "Ana García", "username": "ana", "theme": "light", "shortcuts": True},
        "phone": {"type": "SOFT_PHONE", "number": "", "isLocked": False},
        "instance": {"alias": "demo", "name": "Acme Travel"},
        "contact": None,
        "media": None,
        "permitted": ["agent.set_status"],
    }
    return {**usual, **changes}


def talk(activity: str, since: float, **changes: Any) -> dict[str, Any]:
    """A panel in the middle of a call, of which `changes` alter the contact."""
    permitted = list(TALKING)
    if changes.get("onHold"):
        permitted = ["contact.end", "connection.resume", "connection.mute", "agent.set_status"]
    if changes.get("muted"):
        permitted = [*permitted, "connection.unmute"]
    call = contact(enqueuedAt=ago(349), connectedAt=ago(247), **changes)
    return panel(activity=activity, since=ago(since), contact=call, permitted=permitted)


def _missed() -> dict[str, Any]:
    permitted = ["contact.clear", "contact.become_available"]
    return panel(activity="missed", since=ago(16), contact=contact(), permitted=permitted)


def _incoming() -> dict[str, Any]:
    permitted = ["contact.accept", "contact.reject"]
    ringing = contact(ringDueAt=ago(-14))
    return panel(activity="incoming", since=ago(6), contact=ringing, permitted=permitted)


def _acw() -> dict[str, Any]:
    call = contact(
        enqueuedAt=ago(402),
        connectedAt=ago(300),
        acwDueAt=ago(-78),
        endReason="CUSTOMER_DISCONNECT",
    )
    return panel(
        activity="acw",
        since=ago(42),
        contact=call,
        permitted=["contact.clear"],
        nextStatus={"id": "s-lunch", "name": "Lunch"},
    )


def _error() -> dict[str, Any]:
    return panel(
        activity="error",
        since=ago(5),
        contact=contact(endReason="TELECOM_PROBLEM"),
        permitted=["contact.clear"],
    )


PANELS: dict[str, dict[str, Any]] = {
    "ready": panel(),
    "offline": panel(activity="offline", statusName="Offline", since=ago(4000)),
    "away": panel(activity="away", statusName="Training and coaching", since=ago(1330)),
    "incoming": _incoming(),
    "connecting": panel(
        activity="connecting", since=ago(1), contact=contact(), permitted=["contact.end"]
    ),
    "connected": talk("connected", 247),
    "muted": talk("connected", 247, muted=True),
    "hold": talk("hold", 38, onHold=True),
    "acw": _acw(),
    "missed": _missed(),
    "error": _error(),
    "other-window": panel(hasAudio=False),
}


def snapshot(state: dict[str, Any], *, seq: int = 1) -> dict[str, Any]:
    """The whole message around a panel."""
    return {
        "type": "snapshot",
        "seq": seq,
        "now": ago(0),
        "snapshot": {},
        "configuration": {},
        "panel": state,
    }
