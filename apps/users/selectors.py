"""Questions about users."""

from django.db.models import QuerySet

from apps.instances.models import Instance
from apps.users.models import SignIn, User


def users_of(instance: Instance) -> QuerySet[User]:
    """Everybody of the instance, switched off or not."""
    return User.objects.filter(instance=instance)


def sign_ins_of(user: User) -> QuerySet[SignIn]:
    """The history of the user's sessions."""
    return SignIn.objects.filter(user=user)
