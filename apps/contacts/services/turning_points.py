"""The moments of a contact that rooms above wait for.

Registered in `AppConfig.ready()`; called inside the transaction of the change, after the rows are
written and before the commit, with the call's row locked.
"""

from collections.abc import Callable
from datetime import datetime

from apps.contacts.models import Contact, Offer

_joined: list[Callable[[Offer, datetime], None]] = []
_conversation_ended: list[Callable[[Contact, datetime], None]] = []
_completed: list[Callable[[Contact, datetime], None]] = []


def on_joined(listener: Callable[[Offer, datetime], None]) -> None:
    """Agent and customer hear each other from now on."""
    _joined.append(listener)


def on_conversation_ended(listener: Callable[[Contact, datetime], None]) -> None:
    """They no longer do; after contact work begins."""
    _conversation_ended.append(listener)


def on_completed(listener: Callable[[Contact, datetime], None]) -> None:
    """Nobody works on the contact any more; an abandoned one is complete at once."""
    _completed.append(listener)


def joined(offer: Offer, *, now: datetime) -> None:
    for listener in _joined:
        listener(offer, now)


def conversation_ended(contact: Contact, *, now: datetime) -> None:
    for listener in _conversation_ended:
        listener(contact, now)


def completed(contact: Contact, *, now: datetime) -> None:
    for listener in _completed:
        listener(contact, now)
