"""What contacts ask of the floor above: what became of the recording of a contact."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from apps.contacts.domain.record import RecordingFacts


@dataclass(frozen=True, slots=True)
class Recordings:
    """Functions of `apps.recordings.selectors`; both look into the scoped instance only.

    `of(contact pks)`: the recordings there are, by contact. `kept()`: the pks of the contacts
    whose recording can be heard, or will be once it is finished.
    """

    of: Callable[[Collection[int]], Mapping[int, RecordingFacts]]
    kept: Callable[[], QuerySet[Any, Any]]


_registered: list[Recordings] = []


def register(recordings: Recordings) -> None:
    """Called once in AppConfig.ready() by the app that keeps recordings."""
    _registered[:] = [recordings]


def recordings() -> Recordings:
    """The registered functions; IndexError when the app is not installed."""
    return _registered[0]
