"""A security profile is a Django group with a name of its own inside an instance (decision 11)."""

from django.contrib.auth.models import Group
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase

from apps.instances.models import Instance, InstanceOwnedModel


class SecurityProfile(InstanceOwnedModel):
    """A named set of permissions. `group.name` is this profile's `public_id`."""

    name = models.CharField(_("name"), max_length=127)
    description = models.CharField(_("description"), max_length=250, blank=True)
    group = models.OneToOneField(Group, on_delete=models.CASCADE, related_name="security_profile")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                "instance", Lower("name"), name="security_profile_name_unique_per_instance"
            )
        ]

    def __str__(self) -> str:
        return self.name


class InstanceGrant(GroupObjectPermissionBase):
    """A permission that a profile's group holds on an instance; written by services only.

    guardian finds this table by itself. Unlike its generic one the key is a real foreign key, so
    the grants go away with the instance.
    """

    content_object = models.ForeignKey(Instance, on_delete=models.CASCADE, related_name="+")

    class Meta(GroupObjectPermissionBase.Meta):
        verbose_name = _("grant")
