"""Signing in at an instance's own address, and out again."""

from django.contrib.auth import authenticate, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from apps.instances.access import access
from apps.instances.navigation import navigation_for
from apps.instances.selectors import access_path
from apps.instances.views import CCP_ACCESS, InstancePage
from apps.users.forms import LoginForm
from apps.users.models import LONGEST_LOGIN_KEY, User, login_key_of
from apps.users.services import end_session
from apps.users.sign_ins import sign_in


@method_decorator([never_cache, sensitive_post_parameters("password")], name="dispatch")
class LoginView(InstancePage):
    """The log-in page of one instance (SR-012, SR-013, SR-051)."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(LoginForm(), self._asked_path(request.GET.get("next")))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = LoginForm(request.POST)
        asked = self._asked_path(request.POST.get("next"))
        user = self._authenticated(form) if form.is_valid() else None
        if user is None:
            form.refuse()
            return self._page(form, asked)
        sign_in(request, user)
        return HttpResponseRedirect(asked or self._first_place(user))

    def _first_place(self, user: User) -> str:
        """The panel; for who has none the first page of the menu, else the start page."""
        rights = access().permissions_of(user, self.instance)
        places = [place.path for section in navigation_for(rights) for place in section.places]
        first = "ccp-v2/" if CCP_ACCESS in rights else next(iter(places), None)
        return "/" if first is None else f"/{self.instance.alias}/{first}"

    def _authenticated(self, form: LoginForm) -> User | None:
        key = login_key_of(instance=self.instance, username=form.cleaned_data["username"])
        if len(key) > LONGEST_LOGIN_KEY:  # nobody's, and too long to be counted
            return None
        return authenticate(self.request, username=key, password=form.cleaned_data["password"])

    def _page(self, form: LoginForm, asked: str) -> HttpResponse:
        went_offline = "offline" in self.request.GET  # the panel led here (SR-069)
        context = self.get_context_data(form=form, next=asked, went_offline=went_offline)
        return TemplateResponse(self.request, "registration/login.html", context)

    def _asked_path(self, target: str | None) -> str:
        """Where to go afterwards: a path of this installation or nothing (SR-015)."""
        safe = target is not None and target.startswith("/")
        if safe and url_has_allowed_host_and_scheme(target, allowed_hosts=None):
            return str(target)
        return ""


class LogoutView(InstancePage):
    """Ends this session only; sockets opened with it close at once (S-07)."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        key = request.session.session_key
        if isinstance(request.user, User) and key is not None:
            end_session(request.user, session_key=key)
        logout(request)
        return HttpResponseRedirect(access_path(self.instance))
