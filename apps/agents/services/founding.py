"""A new instance with somebody in it who can set it up."""

from dataclasses import dataclass

from apps.agents.services.people import create_person
from apps.core.unit_of_work import unit_of_work
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.instances.services.instances import create_instance
from apps.instances.services.operators import require_operator
from apps.routing.models import RoutingProfile
from apps.security_profiles.domain.defaults import ADMIN
from apps.security_profiles.models import SecurityProfile
from apps.users.models import User


@dataclass(frozen=True, slots=True)
class FirstAdmin:
    """Everything else about the person is theirs to add."""

    username: str
    password: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""


def create_complete_instance(
    *,
    alias: str,
    name: str,
    country: str,
    time_zone: str,
    language: str,
    admin: FirstAdmin,
    acting_user: User | None = None,
) -> Instance:
    """An instance with its default content and its first administrator; all of it or nothing."""
    require_operator(acting_user)
    with unit_of_work():
        instance = create_instance(
            alias=alias,
            name=name,
            country=country,
            time_zone=time_zone,
            language=language,
            acting_user=acting_user,
        )
        with instance_scope(instance):
            _add_admin(instance, admin, acting_user=acting_user)
    return instance


def _add_admin(instance: Instance, admin: FirstAdmin, *, acting_user: User | None) -> None:
    create_person(
        instance=instance,
        username=admin.username,
        password=admin.password,
        first_name=admin.first_name,
        last_name=admin.last_name,
        email=admin.email,
        profiles=[SecurityProfile.objects.get(name=ADMIN.name)],
        routing_profile=RoutingProfile.objects.get(),
        acting_user=acting_user,
    )
