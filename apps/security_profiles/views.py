"""Base of the pages that need a signed-in user of the instance."""

from typing import Any, ClassVar, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from apps.instances.selectors import access_path
from apps.instances.views import InstancePage
from apps.security_profiles.selectors import has, may_enter, require
from apps.users.models import User


class InstanceView(InstancePage):
    """Sign-in (SR-015), then the page's permission (SR-017n, SR-022), then the page.

    A user of another instance is answered like an anonymous one. `permission` None means that
    being signed in is enough.
    """

    permission: ClassVar[str | None]

    def respond(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_enter(request.user, self.instance):
            return redirect_to_login(request.get_full_path(), access_path(self.instance), "next")
        if self.permission is not None:
            require(request.user, self.permission, self.instance)
        return super().respond(request, *args, **kwargs)

    @property
    def user(self) -> User:
        return cast(User, self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            user=self.user,
            theme=self.user.theme,
            may_open_ccp=has(self.user, "BasicAgentAccess", self.instance),
            **kwargs,
        )
