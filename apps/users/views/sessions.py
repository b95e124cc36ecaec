"""Where somebody is signed in, and signing out of there from here (S-07)."""

from typing import Any, ClassVar, cast
from uuid import UUID

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from apps.core.errors import InvalidInput, NotFound
from apps.instances.selectors import access_path
from apps.instances.zoned import ZonedView
from apps.users import services
from apps.users.models import User
from apps.users.rights import rights
from apps.users.selectors import open_sessions, users_of


@method_decorator(never_cache, name="dispatch")
class YourSessions(ZonedView):
    """`/<alias>/sessions`: one's own."""

    permission: ClassVar[str | None] = None

    def get(self, request: HttpRequest) -> HttpResponse:
        user = cast(User, request.user)
        rows = open_sessions(user, current_key=request.session.session_key)
        context = self.get_context_data(rows=rows, has_new_password="changed" in request.GET)
        return TemplateResponse(request, "registration/your_sessions.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        user, key = cast(User, request.user), request.session.session_key or ""
        if request.POST.get("end") == "others":
            services.end_other_sessions(user, keep=key)
        else:
            services.end_sign_in(user, public_id=_asked(request), acting_user=user)
        if request.session.exists(key):
            return HttpResponseRedirect(request.path)
        logout(request)
        return HttpResponseRedirect(access_path(self.instance))


@method_decorator(never_cache, name="dispatch")
class SessionsOfUser(ZonedView):
    """`/<alias>/users/<id>/sessions`: somebody else's, for those who may manage the person."""

    permission: ClassVar[str | None] = "Users.Edit"

    def authorise(self, request: HttpRequest, **kwargs: Any) -> None:
        super().authorise(request, **kwargs)
        found = users_of(self.instance).filter(public_id=kwargs["public_id"]).first()
        if found is None:
            raise NotFound
        rights().require_may_manage(found, acting_user=cast(User, request.user))
        self.person = found

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        context = self.get_context_data(person=self.person, rows=open_sessions(self.person))
        return TemplateResponse(request, "registration/sessions_of_user.html", context)

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        acting_user = cast(User, request.user)
        if request.POST.get("end") == "all":
            services.sign_out_everywhere(self.person, acting_user=acting_user)
        else:
            services.end_sign_in(self.person, public_id=_asked(request), acting_user=acting_user)
        return HttpResponseRedirect(request.path)


def _asked(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("end", ""))
    except ValueError:
        raise InvalidInput from None
