"""Tenants, and the base of every row that belongs to one."""

from typing import Any, ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import PublicIdModel
from apps.instances.managers import InstanceManager


class ForeignTenantError(Exception):
    """A row would point at a row of another instance. Always a bug, never a user's mistake."""


class Instance(PublicIdModel):
    """A tenant. The alias forms its address and can never change (SR-014)."""

    alias = models.SlugField(
        _("alias"),
        max_length=45,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$")],
    )
    name = models.CharField(_("name"), max_length=100)
    is_active = models.BooleanField(_("active"), default=True)
    country = models.CharField(_("home country"), max_length=2, default="US")
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    language = models.CharField(_("language"), max_length=10, default="en-US")
    web_call_enabled = models.BooleanField(_("call page"), default=False)
    web_call_limit = models.PositiveSmallIntegerField(_("calls from the page at once"), default=10)
    web_call_limit_per_address = models.PositiveSmallIntegerField(
        _("calls at once from one address"), default=2
    )
    ring_seconds = models.PositiveSmallIntegerField(
        _("ring time"), default=20, validators=[MinValueValidator(10), MaxValueValidator(60)]
    )
    missed_recovery_seconds = models.PositiveSmallIntegerField(
        _("seconds until a missed call clears itself; 0 = until the agent clears it"),
        default=0,
        validators=[MaxValueValidator(3600)],
    )
    gone_offline_minutes = models.PositiveSmallIntegerField(
        _("minutes without a panel until an agent is offline; 0 = never"),
        default=10,
        validators=[MaxValueValidator(1440)],
    )
    offline_logs_out = models.BooleanField(_("Offline logs out"), default=True)
    call_quota = models.PositiveIntegerField(_("concurrent calls"), default=10)
    permissions_version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["alias"]
        verbose_name = _("instance")

    def __str__(self) -> str:
        return self.name


class InstanceOwnedModel(PublicIdModel):
    """A row of one tenant: unscoped queries fail, foreign keys stay inside the tenant."""

    instance = models.ForeignKey(Instance, on_delete=models.CASCADE, related_name="+")

    objects: ClassVar[InstanceManager[Self]] = InstanceManager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._check_tenant(kwargs.get("update_fields"))
        super().save(*args, **kwargs)

    def _check_tenant(self, update_fields: Any) -> None:
        """Managers of foreign keys are not scoped, so a wrong id is caught here (decision 11)."""
        for field in self._meta.concrete_fields:
            related = field.related_model
            if not isinstance(related, type) or not issubclass(related, InstanceOwnedModel):
                continue
            if update_fields is not None and field.name not in update_fields:
                continue
            key = getattr(self, field.attname)
            if key is not None and self._tenant_of(field, related, key) != self.instance_id:
                raise ForeignTenantError(f"{self._meta.label}.{field.name}")

    def _tenant_of(self, field: Any, related: type["InstanceOwnedModel"], key: int) -> int | None:
        cached = self._state.fields_cache.get(field.cache_name)
        if cached is not None and cached.pk == key:
            return int(cached.instance_id)
        rows = related._base_manager.filter(pk=key).order_by()
        return rows.values_list("instance_id", flat=True).first()


class InstanceHistoryModel(InstanceOwnedModel):
    """A tenant's row of a table that grows with every call, and is never looked for by its tenant.

    Hence no index on the tenant alone: every scoped query names the tenant, and a database without
    statistics takes that index for as good as any other and reads the whole history with it.
    """

    instance = models.ForeignKey(
        Instance, on_delete=models.CASCADE, related_name="+", db_index=False
    )

    class Meta:
        abstract = True


class QuotaOverride(InstanceOwnedModel):
    """A limit of this instance that is not the usual one (`domain.quotas`)."""

    name = models.CharField(_("quota"), max_length=40)
    value = models.PositiveIntegerField(_("limit"))

    class Meta:
        ordering = ["name"]
        verbose_name = _("quota")
        constraints = [
            models.UniqueConstraint(fields=["instance", "name"], name="quota_once_per_instance")
        ]

    def __str__(self) -> str:
        return self.name


class ApprovedOrigin(InstanceOwnedModel):
    """A site whose pages may show the panel of this instance inside them (S-08)."""

    origin = models.CharField(_("origin"), max_length=280)

    class Meta:
        ordering = ["origin"]
        verbose_name = _("approved origin")
        constraints = [
            models.UniqueConstraint(fields=["instance", "origin"], name="origin_once_per_instance")
        ]

    def __str__(self) -> str:
        return self.origin
