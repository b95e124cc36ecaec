"""The one navigation of admin and pages: sections of places, shown to those who may go there."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Place:
    """A page below `/<alias>/`; any one of `permissions` opens it. `icon` is the admin's."""

    label: Text
    path: str
    permissions: tuple[str, ...]
    icon: str
    hint: Text = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the navigation, in the guide's words."""

    label: Text
    places: tuple[Place, ...]


_registered: list[Callable[[], tuple[Section, ...]]] = []


def register(sections: Callable[[], tuple[Section, ...]]) -> None:
    """Called once in AppConfig.ready() by the floor that knows all pages."""
    _registered[:] = [sections]


def navigation_for(rights: frozenset[str]) -> list[Section]:
    """What somebody with these rights may open; sections without a place are left out."""
    offered = (
        replace(
            section, places=tuple(p for p in section.places if rights.intersection(p.permissions))
        )
        for section in _registered[0]()
    )
    return [section for section in offered if section.places]
