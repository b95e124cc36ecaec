"""The admin at `/admin/`: for operators of the platform, and for what they need so far."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext_lazy as _

from apps.alarms.admin import AlarmAdmin
from apps.alarms.models import Alarm
from apps.users.models import User, login_key_of

LEFT_OUT = frozenset({"password_change", "password_change_done", "autocomplete", "view_on_site"})


def is_operator(user: Any) -> bool:
    """Operators belong to no instance."""
    return (
        isinstance(user, User)
        and user.is_active
        and user.is_staff
        and user.is_superuser
        and user.instance_id is None
    )


class OperatorLogin(AuthenticationForm):
    """The bare user name and the password; one sentence for every reason to refuse (SR-013)."""

    error_messages = {"invalid_login": _("The user name or the password is not right.")}

    def __init__(self, request: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.fields["username"].label = _("User name")

    def clean_username(self) -> str:
        """What our backend looks for: operators have no alias before the colon."""
        return login_key_of(instance=None, username=self.cleaned_data["username"])

    def confirm_login_allowed(self, user: Any) -> None:
        if not is_operator(user):
            raise self.get_invalid_login_error()

    def get_invalid_login_error(self) -> ValidationError:
        return ValidationError(self.error_messages["invalid_login"], code="invalid_login")


class OperatorSite(AdminSite):
    site_header = _("Connect: operators")
    site_title = _("Connect")
    index_title = _("Installation")
    login_form = OperatorLogin
    site_url = "/"
    final_catch_all_view = False  # an address that does not exist is one, here as elsewhere

    def has_permission(self, request: HttpRequest) -> bool:
        return is_operator(request.user)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Without the pages that pass by our services, or serve nothing here."""
        urls = super().get_urls()
        return [each for each in urls if getattr(each, "name", None) not in LEFT_OUT]


site = OperatorSite(name="admin")
site.register(Alarm, AlarmAdmin)
