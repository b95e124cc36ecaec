"""The demo: two instances with people, a number and a flow, made when the data folder is empty."""

import secrets
from dataclasses import dataclass

from apps.agents.services.people import create_person
from apps.core.unit_of_work import unit_of_work
from apps.flows.services.factory import create_shipped_flow
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.instances.services.instances import create_instance, update_instance
from apps.numbers.services.numbers import claim_number
from apps.numbers.services.pool import add_to_pool
from apps.routing.models import RoutingProfile
from apps.security_profiles.models import SecurityProfile
from apps.users.models import User
from apps.users.services import set_password
from connect.env import env_str

NUMBER = "+12065550100"
POOL = "\n".join([*(f"+1206555010{last}" for last in range(1, 10)), "+18005550199"])
ALIAS, OTHER_ALIAS = "demo", "other"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can sign in; `profiles` are names of default security profiles."""

    instance: str
    username: str
    name: str
    profiles: tuple[str, ...]


PEOPLE = (
    Person(ALIAS, "ada", "Ada Stone", ("Admin",)),
    Person(ALIAS, "mia", "Mia Berg", ("CallCenterManager", "Agent")),
    Person(ALIAS, "max", "Max Roth", ("CallCenterManager",)),
    Person(ALIAS, "ana", "Ana Lima", ("Agent",)),
    Person(ALIAS, "bob", "Bob Lind", ("Agent",)),
    Person(OTHER_ALIAS, "otto", "Otto Klein", ("Admin", "Agent")),
)


@dataclass(frozen=True, slots=True)
class DemoFacts:
    """What a start prints. `password` is set only when it was generated just now."""

    people: tuple[Person, ...]
    number: str
    password: str | None


def ensure_demo() -> DemoFacts | None:
    """Create the demo in an empty installation; None where real instances live without one.

    With CONNECT_DEMO_PASSWORD the passwords are set again at every start.
    """
    chosen = env_str("DEMO_PASSWORD")
    if not Instance.objects.exists():
        password = chosen or _generated()
        _create(password)
        return DemoFacts(PEOPLE, NUMBER, None if chosen else password)
    if not Instance.objects.filter(alias=ALIAS).exists():
        return None
    if chosen:
        reset_passwords(chosen)
    return DemoFacts(PEOPLE, NUMBER, None)


def reset_passwords(password: str | None = None) -> str:
    """Give everybody of the demo this password, or a new one; returns it."""
    password = password or _generated()
    for person in PEOPLE:
        people = User.objects.filter(instance__alias=person.instance, deleted_at=None)
        found = people.filter(username=person.username).first()
        if found is not None and not found.check_password(password):
            set_password(found, password=password)
    return password


def _generated() -> str:
    """Meets the password rule: upper and lower case and digits are certain."""
    return f"Demo-{secrets.randbelow(10_000):04d}-{secrets.token_hex(3)}"


def _create(password: str) -> None:
    with unit_of_work():
        demo = create_instance(alias=ALIAS, name="Demo Travel")
        other = create_instance(alias=OTHER_ALIAS, name="Other Company")
        update_instance(demo, web_call_enabled=True)
        for person in PEOPLE:
            _create_person(person, demo if person.instance == ALIAS else other, password)
        with instance_scope(demo):
            flow = create_shipped_flow(demo, "demo_inbound")
            claim_number(instance=demo, e164=NUMBER, description="Demo number", flow=flow)
        add_to_pool(POOL, country=demo.country)


def _create_person(person: Person, instance: Instance, password: str) -> None:
    first, _, last = person.name.partition(" ")
    with instance_scope(instance):
        create_person(
            instance=instance,
            username=person.username,
            password=password,
            first_name=first,
            last_name=last,
            profiles=list(SecurityProfile.objects.filter(name__in=person.profiles)),
            routing_profile=RoutingProfile.objects.get(),
        )
