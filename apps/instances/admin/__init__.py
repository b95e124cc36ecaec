"""Base of every page of an instance's admin, and the only room that imports unfold.

An app's `admin.py` derives from `InstanceModelAdmin` and says three things: whose rights guard it
(`resource`), how it looks (Django's own `list_display`, `fieldsets`, …), and which service saves
and deletes (`save_row`, `delete_row`). See `apps/agents/admin.py` for the smallest whole example.
"""

from apps.instances.admin import widgets
from apps.instances.admin.forms import RefusableForm
from apps.instances.admin.keys import RowsField
from apps.instances.admin.lists import OfferedListMixin
from apps.instances.admin.model_admin import InstanceInline, InstanceModelAdmin
from apps.instances.admin.operators import OperatorModelAdmin
from apps.instances.admin.scope import acting_user, instance_of, rights_of
from apps.instances.admin.site import AdminSite, InstanceAdminSite

__all__ = [
    "AdminSite",
    "InstanceAdminSite",
    "InstanceInline",
    "InstanceModelAdmin",
    "OfferedListMixin",
    "OperatorModelAdmin",
    "RefusableForm",
    "RowsField",
    "acting_user",
    "instance_of",
    "rights_of",
    "widgets",
]
