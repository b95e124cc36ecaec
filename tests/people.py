"""Users for tests, made by the real services."""

from typing import Any

from apps.agents.services.people import create_person
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.routing.models import RoutingProfile
from apps.security_profiles.models import SecurityProfile
from apps.users.models import User
from apps.users.services import create_user

PASSWORD = "Correct-Horse-7"


def user_with(
    instance: Instance, username: str, *profiles: str, first_name: str = "", last_name: str = ""
) -> User:
    """A user of the instance holding the named default profiles; the password is `PASSWORD`."""
    return create_user(
        instance=instance,
        username=username,
        password=PASSWORD,
        first_name=first_name,
        last_name=last_name,
        profiles=[profile_named(instance, name) for name in profiles],
    )


def hire(instance: Instance, username: str, *profiles: str, **facts: Any) -> User:
    """Somebody who can work, with the first routing profile unless `facts` say more."""
    with instance_scope(instance):
        made: dict[str, Any] = {
            "profiles": [profile_named(instance, name) for name in profiles or ("Agent",)],
            "routing_profile": RoutingProfile.objects.order_by("pk")[0],
        }
        return create_person(
            instance=instance, username=username, password=PASSWORD, **made | facts
        )


def profile_named(instance: Instance, name: str) -> SecurityProfile:
    with instance_scope(instance):
        return SecurityProfile.objects.get(name=name)
