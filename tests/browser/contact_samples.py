"""Contacts as the pages get them, and a recording as the player does."""

from datetime import UTC, datetime, timedelta
from typing import Any

START = datetime(2026, 11, 22, 9, 14, 2, tzinfo=UTC)
CONTACT = "0197a4c2-5b1e-7c00-9d3f-4b7a91d08a2c"
SECONDS = 24.0  # the recording's length
RECORDING = f"/api/v1/instances/demo/contacts/{CONTACT}/recording"


def _choices(*words: str) -> list[tuple[str, str]]:
    return [(word.lower(), word) for word in words]


def _filter(value: str = "", error: str = "", choices: Any = ()) -> dict[str, Any]:
    return {"value": value, "error": error, "choices": choices}


FILTERS: dict[str, Any] = {
    "time": _filter(
        "7d", choices=[("today", "Today"), ("7d", "Last 7 days"), ("custom", "From … to …")]
    ),
    "since": _filter(),
    "until": _filter(),
    "agent": _filter(),
    "queue": _filter(choices=_choices("Bookings", "Changes and refunds", "VIP")),
    "number": _filter(),
    "contact": _filter(),
    "ended_by": _filter(choices=_choices("Customer", "Agent", "Flow", "Broken connection")),
    "recorded": _filter(choices=_choices("Yes", "No")),
    "longer_than": _filter(),
}
AGENTS = [("ana.garcia", "Ana García"), ("emeka.obi", "Emeka Obi")]


def _row(minutes: int, *facts: str) -> dict[str, Any]:
    caller, queue, agent, duration, ended_by, recording, words = facts
    return {
        "url": f"/demo/contacts/{CONTACT}",
        "started": START - timedelta(minutes=minutes),
        "caller": caller,
        "queue": queue,
        "agent": agent,
        "duration": duration,
        "ended_by": ended_by,
        "recording": recording,
        "recording_words": words,
    }


ROWS = [
    _row(
        0, "+44 20 7183 8750", "Bookings", "Ana García", "5:48", "Customer", "available", "Recorded"
    ),
    _row(3, "+34 912 34 56 78", "VIP", "Emeka Obi", "2:10", "Agent", "", ""),
    _row(9, "Web caller", "Changes and refunds", "", "1:12", "Customer", "", ""),
    _row(
        14,
        "+1 206-555-0123",
        "Bookings",
        "Freya Lund",
        "1:12:04",
        "Broken connection",
        "stopped",
        "Being prepared",
    ),
    _row(31, "+49 30 901820", "", "", "0:09", "Flow", "", ""),
]
SEARCH: dict[str, Any] = {
    "section": "contacts",
    "filters": FILTERS,
    "problems": [],
    "agents": AGENTS,
    "zone": "Europe/London",
    "rows": ROWS,
    "count": 1204,
    "is_more": False,
    "newer": None,
    "older": "?after=x",
}
EMPTY = {**SEARCH, "rows": [], "count": 0, "older": None}
WRONG = {
    **SEARCH,
    "rows": None,
    "filters": {
        **FILTERS,
        "time": {**FILTERS["time"], "value": "custom"},
        "since": _filter("nonsense", "Write a date and a time, such as 2026-11-22 09:14."),
        "longer_than": _filter(
            "5", "Write minutes and seconds with a colon between, such as 2:30."
        ),
    },
    "problems": [
        ("since", "Write a date and a time, such as 2026-11-22 09:14."),
        ("longer_than", "Write minutes and seconds with a colon between, such as 2:30."),
    ],
}


def _stretch(label: str, looks: str, duration: str, x: int, width: int) -> dict[str, Any]:
    state, icon = looks.split()
    return {
        "label": label,
        "state": state,
        "icon": icon,
        "duration": duration,
        "lasts": False,
        "x": str(x),
        "width": str(width),
    }


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def _iso(seconds: float) -> str:
    return at(seconds).isoformat().replace("+00:00", "Z")


CONTACT_FACTS: dict[str, Any] = {
    "id": CONTACT,
    "caller": "+44 20 7183 8750",
    "started": START,
    "facts": [
        *(("From", "+44 20 7183 8750"), ("To", "+44 20 7183 8700"), ("Queue", "Bookings")),
        *(("Agent", "Ana García"), ("Duration", "5:48"), ("Ended by", "Customer")),
    ],
    "attributes": [("Booking", "QX7-4418"), ("Language", "English")],
    "chain": [{"label": "Previous", "id": "0197a4c2-4000-7000-8000-00000000beef"}],
    "segments": [
        _stretch("Flow", "offline info", "0:08", 0, 20),
        _stretch("Queue", "away queue", "1:42", 20, 240),
        _stretch("Ring", "ringing phone", "0:09", 260, 21),
        _stretch("Talk", "connected headset", "3:30", 281, 400),
        _stretch("Hold", "hold hold", "0:38", 681, 89),
        _stretch("Talk", "connected headset", "1:01", 770, 130),
        _stretch("After call work", "acw clock", "0:42", 900, 100),
    ],
    "history": [
        {"at": at(0), "text": "Call came in at +44 20 7183 8700", "actor": ""},
        {"at": at(8), "text": "Put into the queue Bookings", "actor": ""},
        {"at": at(110), "text": "Offered to Ana García", "actor": ""},
        {"at": at(119), "text": "Accepted by Ana García", "actor": ""},
        {"at": at(121), "text": "Connected to Ana García", "actor": ""},
        {"at": at(430), "text": "Call ended. Ended by: Customer", "actor": ""},
        {"at": at(900), "text": "Recording played", "actor": "Max Roth"},
    ],
    "offers": [
        {
            "agent": "Ana García",
            "at": at(110),
            "outcome": "Talked",
            "why": [
                "It had waited longest.",
                "The customer had waited 1:42.",
                "The agent was available since 09:02:11.",
                "The next who could take it was available since 09:05:48.",
            ],
        }
    ],
}
PLAYER: dict[str, Any] = {
    "may_listen": True,
    "may_download": True,
    "data": RECORDING,
    "holds": [[_iso(128), _iso(134)]],
}
WAITING_FACTS: dict[str, Any] = {
    **CONTACT_FACTS,
    "offers": [],
    "goes_on": True,
    "segments": CONTACT_FACTS["segments"][:2],
    "history": CONTACT_FACTS["history"][:4],
    "why_waiting": [
        "No agent who serves its queue is free.",
        "Agents who serve the queue: 12 on contact, 3 in after contact work, 1 missed, 4 away.",
    ],
}
PAGE: dict[str, Any] = {"zone": "Europe/London", "contact": CONTACT_FACTS, "player": PLAYER}


def peaks(per_second: int = 10) -> dict[str, Any]:
    """Two people who take turns, and a hold of six seconds."""
    count = int(SECONDS * per_second)
    talk = [0.2 + 0.6 * ((7 * n * n + 3 * n) % 11) / 11 for n in range(count)]
    turn = [(n // (2 * per_second)) % 2 for n in range(count)]
    held = [8 * per_second <= n < 14 * per_second for n in range(count)]
    agent = [loud if mine else 0.01 for loud, mine in zip(talk, turn, strict=True)]
    customer = [
        0.0 if on_hold else 0.01 if mine else loud
        for loud, mine, on_hold in zip(talk, turn, held, strict=True)
    ]
    return {"per_second": per_second, "agent": agent, "customer": customer}


def recording(**changes: Any) -> dict[str, Any]:
    """What REST answers about a recording that is there; it begins 120 s into the contact."""
    usual: dict[str, Any] = {
        "id": "0197a4c2-0000-7000-8000-00000000feed",
        "state": "available",
        "is_partial": False,
        "participants": ["agent", "customer"],
        "started_at": _iso(120),
        "duration_ms": int(SECONDS * 1000),
        "size": 100_000,
        "error": None,
        "deleted_reason": None,
        "url": "/demo/recordings/one",
        "download_url": "/demo/recordings/get",
        "peaks": peaks(),
    }
    return {**usual, **changes}
