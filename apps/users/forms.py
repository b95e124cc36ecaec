"""Forms in which passwords are typed; none is ever put back into the page."""

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


class NewPasswordForm(forms.Form):
    """The old password first: whoever finds a screen unlocked must not be able to keep it."""

    old_password = forms.CharField(
        label=_("Old password"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    password = forms.CharField(
        label=_("New password"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("New password, again"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("password"):
            raise forms.ValidationError(_("The two new passwords differ."))
        return again
