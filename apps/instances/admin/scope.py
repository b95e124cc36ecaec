"""What a request below `/<alias>/admin/` is about."""

from typing import TYPE_CHECKING

from django.http import HttpRequest

from apps.instances.access import access
from apps.instances.models import Instance

if TYPE_CHECKING:
    from apps.users.models import User

_ATTRIBUTE = "connect_instance"


def enter(request: HttpRequest, instance: Instance) -> None:
    """Said once by the mount, which has checked that the user may enter."""
    setattr(request, _ATTRIBUTE, instance)


def instance_of(request: HttpRequest) -> Instance:
    """The instance of the address; AttributeError outside an instance's admin."""
    instance: Instance = getattr(request, _ATTRIBUTE)
    return instance


def is_entered(request: HttpRequest) -> bool:
    """Whether the request is about an instance: not so in the operators' admin."""
    return hasattr(request, _ATTRIBUTE)


def rights_of(request: HttpRequest) -> frozenset[str]:
    """API names of all that the signed-in person may do at the instance of the address."""
    return access().permissions_of(request.user, instance_of(request))


def acting_user(request: HttpRequest) -> "User":
    """Who is signed in, for the services that want to know who acts."""
    user: User = request.user  # type: ignore[assignment]
    return user
