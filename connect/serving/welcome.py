"""What a person who has just started the house needs to know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class DemoPerson:
    """Who can log in: instance alias, user name and what the person may do."""

    instance: str
    name: str
    profiles: str


@dataclass(frozen=True)
class DemoFacts:
    """The demo as it stands. `number` is E.164; `new_password` only if generated just now."""

    instance: str
    number: str
    people: tuple[DemoPerson, ...]
    new_password: str | None
    reset_command: str


def welcome_lines(url: str, demo: DemoFacts | None) -> Iterator[str]:
    """The addresses and log-ins; `url` ends with a slash."""
    yield ""
    yield f"Start page    {url}"
    if demo is None:
        return
    yield f"Call          {url}{demo.instance}/call   (the demo number is {demo.number})"
    for person in demo.people:
        yield f"Log in        {url}{person.instance}/login   {person.name:<5} {person.profiles}"
    if demo.new_password is None:
        yield f"Passwords     as set before; new ones: {demo.reset_command}"
    else:
        yield f"Password      {demo.new_password}   (for all of them, shown this once;"
        yield f"              new one: {demo.reset_command})"
    yield ""
