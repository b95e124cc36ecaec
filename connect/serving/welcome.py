"""What a person who has just started the house needs to know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

RESET_COMMAND = "python3 manage.py reset_demo_passwords"


class Person(Protocol):
    """Who can log in: instance alias, user name and the names of security profiles."""

    @property
    def instance(self) -> str: ...
    @property
    def username(self) -> str: ...
    @property
    def profiles(self) -> tuple[str, ...]: ...


class DemoFacts(Protocol):
    """The demo as `connect.demo` tells it: E.164 number; password only if made just now."""

    @property
    def people(self) -> Sequence[Person]: ...
    @property
    def number(self) -> str: ...
    @property
    def password(self) -> str | None: ...


def welcome_lines(url: str, demo: DemoFacts | None, *, call_page: str) -> Iterator[str]:
    """The addresses and log-ins. `url` ends with a slash; `call_page` is an instance's alias."""
    yield ""
    yield f"Start page    {url}"
    if demo is None:
        return
    yield f"Call          {url}{call_page}/call   (the demo number is {demo.number})"
    for person in demo.people:
        profiles = ", ".join(person.profiles)
        yield f"Log in        {url}{person.instance}/login   {person.username:<5} {profiles}"
    if demo.password is None:
        yield f"Passwords     as set before; new ones: {RESET_COMMAND}"
    else:
        yield f"Password      {demo.password}   (for all of them, shown this once;"
        yield f"              new ones: {RESET_COMMAND})"
    yield ""
