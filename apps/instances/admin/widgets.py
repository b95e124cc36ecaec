"""unfold's widgets under names of our own, for fields that belong to no model's column."""

from django.forms import widgets
from unfold import widgets as unfold

from apps.core.uploads import FileTooLarge

# The look of a tick box, for a template that draws its own.
CHECKBOX = " ".join(unfold.CHECKBOX_CLASSES)


def checkboxes() -> widgets.CheckboxSelectMultiple:
    """Several of many, all to be seen."""
    widget: widgets.CheckboxSelectMultiple = unfold.UnfoldAdminCheckboxSelectMultipleWidget()
    return widget


def new_password() -> widgets.PasswordInput:
    """Shown on request while it is typed, and never put back into a page."""
    widget: widgets.PasswordInput = unfold.UnfoldAdminPasswordToggleWidget(
        attrs={"autocomplete": "new-password"}
    )
    return widget


def select() -> widgets.Select:
    widget: widgets.Select = unfold.UnfoldAdminSelectWidget()
    return widget


def number() -> widgets.NumberInput:
    widget: widgets.NumberInput = unfold.UnfoldAdminIntegerFieldWidget(
        attrs={"type": "number", "min": "0"}
    )
    return widget


def searchable() -> widgets.Select:
    """One of so many that one types to find it."""
    widget: widgets.Select = unfold.UnfoldAdminSelect2Widget()
    return widget


def searchable_several() -> widgets.SelectMultiple:
    """Some of so many that one types to find them."""
    widget: widgets.SelectMultiple = unfold.UnfoldAdminSelect2MultipleWidget()
    return widget


def text() -> widgets.TextInput:
    widget: widgets.TextInput = unfold.UnfoldAdminTextInputWidget()
    return widget


def time_of_day() -> widgets.TextInput:
    """The browser's own field for a time, in the way its user writes times."""
    widget: widgets.TextInput = unfold.UnfoldAdminTextInputWidget(attrs={"type": "time"})
    return widget


def lines(*, rows: int) -> widgets.Textarea:
    """A text of several lines."""
    widget: widgets.Textarea = unfold.UnfoldAdminTextareaWidget(attrs={"rows": rows})
    return widget


def new_file(*, accept: str, largest: int) -> widgets.ClearableFileInput:
    """A file to send; where `uploads.js` is loaded, the page says at once that it is too large."""
    too_large = FileTooLarge(largest).message
    widget: widgets.ClearableFileInput = unfold.UnfoldAdminFileFieldWidget(
        attrs={"accept": accept, "data-largest": largest, "data-too-large": too_large}
    )
    return widget
