"""Reading the audit in tests."""

from apps.audit.models import AuditEntry

ACTIONS = dict(AuditEntry.Action.choices)


def last_key() -> int:
    """What was written until now; fixtures make rows too."""
    return AuditEntry.objects.order_by("pk").values_list("pk", flat=True).last() or 0


def entries_after(key: int) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(pk__gt=key).order_by("pk"))


def told(entry: AuditEntry) -> tuple[str, str, dict[str, list[object]]]:
    """(label of the model, action, changes)"""
    model = entry.content_type.model_class()
    assert model is not None
    return model._meta.label, str(ACTIONS[entry.action]), entry.changes
