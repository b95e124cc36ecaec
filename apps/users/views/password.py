"""Changing one's own password."""

from typing import ClassVar, cast

from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from apps.instances.views import InstanceView
from apps.users.forms import NewPasswordForm
from apps.users.models import User
from apps.users.services import PasswordNotAccepted, change_own_password
from apps.users.sessions import SessionStore


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class OwnPassword(InstanceView):
    """`/<alias>/password`. Wrong old passwords count like wrong ones at the log-in (S-05)."""

    permission: ClassVar[str | None] = None

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(NewPasswordForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = NewPasswordForm(request.POST)
        if not (form.is_valid() and self._change(form)):
            return self._page(form)
        return HttpResponseRedirect(f"/{self.instance.alias}/sessions?changed")

    def _change(self, form: NewPasswordForm) -> bool:
        user, old = cast(User, self.request.user), form.cleaned_data["old_password"]
        if authenticate(self.request, username=user.login_key, password=old) != user:
            form.add_error("old_password", _("This is not your password."))
            return False
        session = cast(SessionStore, self.request.session)
        try:
            change_own_password(user, password=form.cleaned_data["password"], session=session)
        except PasswordNotAccepted as refusal:
            form.add_error("password", str(refusal.message))
        return form.is_valid()

    def _page(self, form: NewPasswordForm) -> HttpResponse:
        rules = password_validators_help_texts()
        context = self.get_context_data(form=form, rules=rules)
        return TemplateResponse(self.request, "registration/password.html", context)
