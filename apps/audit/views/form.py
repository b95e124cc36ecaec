"""The filters of the historical changes: read from the address, refused with a sentence each."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.audit import selectors, wording
from apps.core.errors import InvalidInput
from apps.core.periods import Period
from apps.instances.models import Instance
from apps.instances.searching import PeriodForm, choice_field


class ChangesForm(PeriodForm):
    """`wanted()` suits `selectors.found_entries`. Of one object all is shown, since ever."""

    user = forms.CharField(required=False, max_length=100)
    kind = choice_field(())
    text = forms.CharField(required=False, max_length=200)
    object = forms.CharField(required=False, max_length=120)

    def __init__(self, data: Mapping[str, str], *, instance: Instance) -> None:
        if data.get("object") and not data.get("time"):
            data = {**data, "object": data["object"], "time": Period.CUSTOM}
        super().__init__(data, instance=instance)
        self.fields["kind"] = choice_field(_kinds())

    def clean(self) -> dict[str, Any]:
        """The object comes from a link, not from a field of the page."""
        try:
            asked = self.cleaned_data.get("object")
            self.cleaned_data["one"] = selectors.parse_object(asked) if asked else None
        except InvalidInput:
            self.add_error(None, _("This link names no object. Clear the filters."))
        return super().clean()

    def wanted(self) -> dict[str, Any]:
        since, until = self.bounds()
        return {
            "since": since,
            "until": until,
            "user": self.cleaned_data["user"],
            "kind": self.cleaned_data["kind"],
            "one": self.cleaned_data["one"],
            "text": self.cleaned_data["text"],
        }


def _kinds() -> list[tuple[str, str]]:
    found = [(model._meta.label_lower, wording.kind_label(model)) for model in selectors.kinds()]
    return sorted(found, key=lambda pair: pair[1])
