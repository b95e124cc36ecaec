"""Questions about instances."""

from apps.core.errors import NotFound
from apps.instances.models import ApprovedOrigin, Instance, QuotaOverride


def active_instance(alias: str) -> Instance:
    """The instance at this address; `NotFound` for an unknown and for a switched-off one alike."""
    instance = Instance.objects.filter(alias=alias, is_active=True).first()
    if instance is None:
        raise NotFound
    return instance


def access_path(instance: Instance) -> str:
    """The bookmarkable log-in link (SR-012), relative to the installation's address."""
    return f"/{instance.alias}/login"


def approved_origins() -> list[str]:
    """Where the panel of the scoped instance may be shown."""
    return list(ApprovedOrigin.objects.values_list("origin", flat=True))


def own_quotas() -> dict[str, int]:
    """The limits of the scoped instance that are not the usual ones, by name."""
    return dict(QuotaOverride.objects.values_list("name", "value"))
