"""Checks a password at one instance; unknown names cost and answer like wrong passwords (S-05)."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from apps.users.models import User


class InstanceBackend(BaseBackend):
    """Credentials: `username`, holding the value of `models.login_key_of`, and `password`.

    Not called `login_key`: Django blanks credentials whose name contains "key" before it tells
    about a failure, and django-axes would count all people's wrong passwords as one person's.

    It grants no permissions: rights are resolved by `apps.security_profiles`.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **_other: Any,
    ) -> User | None:
        if username is None or password is None:
            return None
        user = User.objects.select_related("instance").filter(login_key=username).first()
        if user is None:
            # The hash is the work that an observer could time.
            User().set_password(password)
            return None
        if user.check_password(password) and _may_sign_in(user):
            return user
        return None

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.select_related("instance").filter(pk=user_id).first()
        return user if user is not None and _may_sign_in(user) else None


def _may_sign_in(user: User) -> bool:
    return user.is_active and (user.instance is None or user.instance.is_active)
