"""How an entry reads: the words of the screen for models, fields and values."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import DateTimeField, Model
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.audit.models import DOORS, AuditEntry
from apps.audit.naming import word_for
from apps.core.acting import Door

NOTHING = "—"
Action, Reading = AuditEntry.Action, AuditEntry.Reading

ACTIONS = {
    Action.CREATE: gettext_lazy("Created"),
    Action.UPDATE: gettext_lazy("Changed"),
    Action.DELETE: gettext_lazy("Deleted"),
}
READINGS = {
    Reading.VIEWED: gettext_lazy("Viewed"),
    Reading.SEARCHED: gettext_lazy("Searched contacts"),
    Reading.EXPORTED: gettext_lazy("Exported contacts"),
    Reading.PLAYED: gettext_lazy("Played recording"),
    Reading.DOWNLOADED: gettext_lazy("Downloaded recording"),
    Reading.LISTENED_IN: gettext_lazy("Listened in"),
}
# Where the column's own name is not the screen's word, or there is no column.
LABELS = {
    ("users.User", "groups"): gettext_lazy("Security profiles"),
    ("users.User", "is_superuser"): gettext_lazy("Operator of the platform"),
    ("security_profiles.SecurityProfile", "permissions"): gettext_lazy("Permissions"),
    ("contacts.Contact", "recording"): gettext_lazy("Recording"),
    ("contacts.Contact", "reason"): gettext_lazy("Reason"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One field: before and after, as lists where several things came and went."""

    label: str
    before: list[str]
    after: list[str]


def verb(entry: AuditEntry) -> str:
    if entry.action == Action.ACCESS:
        return str(READINGS[Reading(entry.reading)])
    return str(ACTIONS[entry.action])


def kind_label(model: type[Model] | None) -> str:
    """What things of this kind are called; of a model that is no more nothing is known."""
    return capfirst(str(model._meta.verbose_name)) if model else _("Something that is no more")


def who(entry: AuditEntry) -> str:
    return entry.actor_name or str(DOORS[Door.SYSTEM])


def door(entry: AuditEntry) -> str:
    """Empty for the installation, which comes through none."""
    return "" if entry.door == Door.SYSTEM else str(DOORS[Door(entry.door)])


def lines(entry: AuditEntry) -> list[Line]:
    model = entry.content_type.model_class()
    told = [_line(model, name, *pair) for name, pair in entry.changes.items()]
    return sorted(told, key=lambda line: line.label)


def _line(model: type[Model] | None, name: str, before: Any, after: Any) -> Line:
    field = _field(model, name)
    if isinstance(before, list) or isinstance(after, list):
        pair = (_words(model, name, each or []) for each in (before, after))
        return Line(_label(model, field, name), *_came_and_went(*pair))
    return Line(_label(model, field, name), [_text(field, before)], [_text(field, after)])


def _words(model: type[Model] | None, name: str, values: list[Any]) -> list[str]:
    return [word_for(model, name, str(value)) for value in values]


def _came_and_went(before: list[str], after: list[str]) -> tuple[list[str], list[str]]:
    """Of long lists only what differs can be read."""
    gone = [each for each in before if each not in after]
    new = [each for each in after if each not in before]
    return gone or [NOTHING], new or [NOTHING]


def _label(model: type[Model] | None, field: Any, name: str) -> str:
    if model is not None and (model._meta.label, name) in LABELS:
        return str(LABELS[model._meta.label, name])
    words = field.verbose_name if field is not None else name.replace("_", " ")
    return capfirst(str(words))


def _field(model: type[Model] | None, name: str) -> Any:
    try:
        return model._meta.get_field(name) if model is not None else None
    except FieldDoesNotExist:
        return None


def _text(field: Any, value: Any) -> str:
    if value in (None, "", {}):
        return NOTHING
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(field, DateTimeField):
        return _instant(str(value))
    choices = dict(getattr(field, "flatchoices", None) or ())
    return str(choices.get(value, value))


def _instant(text: str) -> str:
    """Written in UTC without saying so; shown in the zone of the page."""
    at = datetime.fromisoformat(text)
    return date_format(localtime(at.replace(tzinfo=at.tzinfo or UTC)), "j M Y H:i:s")
