"""The log-in form."""

from django import forms
from django.utils.translation import gettext_lazy as _


class LoginForm(forms.Form):
    """`username` and `password`; a password is never put back into the page."""

    username = forms.CharField(
        label=_("User name"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def refuse(self) -> None:
        """One sentence for every reason, so that it tells nothing about who exists (SR-013)."""
        self.errors.clear()
        self.add_error(None, _("The user name or the password is not right."))
