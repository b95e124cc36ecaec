"""What must be true of conversations (R-12), each rule with its way to find and to mend.

The rules look at live rows by indexes that hold nothing else: contacts not completed, offers not
cleared, calls not ended. Rules marked thorough look at everything there ever was.
"""

from apps.alarms.checks import register
from apps.contacts.services.checks import agents, contacts, histories, lines, offers


def register_all() -> None:
    """Called once when the app is ready."""
    for room in (contacts, offers, lines, agents, histories):
        register(*room.CHECKS)
