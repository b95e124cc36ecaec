"""Every save, delete and link of an audited row is told to `services.record`, whoever did it.

Django's signals are the one place that all doors pass by: services, shell, commands, third-party
code. They say nothing of `bulk_create`, `bulk_update` and `update`: who uses those records it.
"""

from typing import Any

from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save

from apps.audit import differences, policy
from apps.audit.models import AuditEntry
from apps.audit.services import record
from apps.instances.provisioning import is_seeding

Action = AuditEntry.Action


def connect_all() -> None:
    for model in policy.audited_models():
        pre_save.connect(_changing, sender=model)
        post_save.connect(_made, sender=model)
        post_delete.connect(_deleted, sender=model)
        for field in policy.audited_links(model):
            receiver = _LinkReceiver(field)
            m2m_changed.connect(receiver, sender=field.remote_field.through, weak=False)


def _changing(
    *, sender: type[Model], instance: Model, update_fields: Any = None, **_kwargs: Any
) -> None:
    """A save of nothing but live columns asks for nothing: calls must not wait for the audit."""
    if instance._state.adding or instance.pk is None or is_seeding():
        return
    fields = differences.audited_among(sender, update_fields)
    if not fields:
        return
    old = sender._base_manager.filter(pk=instance.pk).first()
    if old is not None:
        record(instance, changes=differences.between(old, instance, fields))


def _made(*, sender: type[Model], instance: Model, created: bool, **_kwargs: Any) -> None:
    if created and not is_seeding():
        fields = policy.audited_fields(sender)
        record(instance, changes=differences.between(None, instance, fields), action=Action.CREATE)


def _deleted(*, sender: type[Model], instance: Model, **_kwargs: Any) -> None:
    fields = policy.audited_fields(sender)
    record(instance, changes=differences.between(instance, None, fields), action=Action.DELETE)


class _LinkReceiver:
    """The links of one many-to-many field, told as a change of the row that declares the field."""

    def __init__(self, field: Any) -> None:
        self._field = field

    def __call__(
        self,
        *,
        action: str,
        instance: Model,
        reverse: bool,
        model: type[Model],
        pk_set: set[Any] | None,
        **_kwargs: Any,
    ) -> None:
        if action not in ("post_add", "post_remove", "pre_clear"):
            return
        if not reverse:
            self._record(instance, action, pk_set)
            return
        keys = self._linked_to(instance) if pk_set is None else pk_set
        for row in model._base_manager.filter(pk__in=keys):
            self._record(row, action, {instance.pk})

    def _record(self, row: Model, action: str, keys: set[Any] | None) -> None:
        now = self._linked(row)
        if action == "post_add":
            before, after = now - (keys or set()), now
        else:
            gone = now if keys is None else keys
            before, after = now | gone, now - gone
        names = differences.between_links(self._field, before, after)
        record(row, changes={self._field.name: names})

    def _linked(self, row: Model) -> set[Any]:
        through = self._field.remote_field.through._base_manager
        rows = through.filter(**{self._field.m2m_field_name(): row.pk})
        return set(rows.values_list(f"{self._field.m2m_reverse_field_name()}_id", flat=True))

    def _linked_to(self, other: Model) -> set[Any]:
        through = self._field.remote_field.through._base_manager
        rows = through.filter(**{self._field.m2m_reverse_field_name(): other.pk})
        return set(rows.values_list(f"{self._field.m2m_field_name()}_id", flat=True))
