"""A form that can show what a service refused."""

from typing import TYPE_CHECKING, Any

from django import forms

from apps.core.errors import DomainError

if TYPE_CHECKING:
    _Form = forms.ModelForm[Any]
else:
    _Form = forms.ModelForm


class RefusableForm(_Form):
    """`refusal` is what the service said when the same data was sent to it a moment ago."""

    refusal: DomainError | None = None

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.refusal is not None:
            self.add_error(self._field_of(self.refusal), str(self.refusal.message).splitlines())
        return cleaned

    def _field_of(self, refusal: DomainError) -> str | None:
        """The field the refusal names, if it is on this page; else the error stands above all."""
        named = refusal.facts.get("field")
        return named if named in self.fields else None

    def _post_clean(self) -> None:
        """Constraints are the service's: it knows the instance, and says which name is taken."""
        self.instance.validate_constraints = lambda exclude=None: None
        super()._post_clean()  # type: ignore[misc]  # Django's own hook
