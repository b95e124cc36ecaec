"""Which pages the two admins have: `/admin/` for operators, `/<alias>/admin/` for an instance."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.forms import AuthenticationForm

from apps.agents.admin.instances import InstanceAdmin
from apps.agents.admin.people import PersonAdmin
from apps.agents.admin.statuses import AgentStatusAdmin
from apps.agents.admin.uploads import UserUploadAdmin
from apps.agents.models import AgentStatus, UserUpload
from apps.alarms.admin import AlarmAdmin
from apps.alarms.models import Alarm
from apps.audit.admin import AuditEntryAdmin
from apps.audit.models import AuditEntry
from apps.flows.admin import ContactFlowAdmin, FlowVersionAdmin, PromptAdmin
from apps.flows.models import ContactFlow, FlowVersion, Prompt
from apps.instances.admin import AdminSite, InstanceAdminSite
from apps.instances.admin.instance_page import OwnInstanceAdmin
from apps.instances.models import Instance
from apps.numbers.admin import PhoneNumberAdmin, PoolNumberAdmin
from apps.numbers.models import PhoneNumber, PoolNumber
from apps.routing.admin import HoursAdmin, QueueAdmin, QuickConnectAdmin, RoutingProfileAdmin
from apps.routing.models import HoursOfOperation, Queue, QuickConnect, RoutingProfile
from apps.security_profiles.admin import SecurityProfileAdmin
from apps.security_profiles.models import SecurityProfile
from apps.users.admin import HierarchyGroupAdmin, HierarchyLevelAdmin
from apps.users.models import (
    LONGEST_LOGIN_KEY,
    HierarchyGroup,
    HierarchyLevel,
    User,
    login_key_of,
)


def is_operator(user: Any) -> bool:
    """Operators belong to no instance."""
    return (
        isinstance(user, User)
        and user.is_active
        and user.is_staff
        and user.is_superuser
        and user.instance_id is None
    )


if TYPE_CHECKING:
    from django.contrib.auth.forms import AuthenticationForm as _LoginForm
else:
    _LoginForm = AuthenticationForm


class OperatorLogin(_LoginForm):
    """The bare user name and the password; one sentence for every reason to refuse (SR-013)."""

    error_messages = {"invalid_login": _("The user name or the password is not right.")}

    def __init__(self, request: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.fields["username"].label = _("User name")

    def clean_username(self) -> str:
        """What our backend looks for: operators have no alias before the colon."""
        key = login_key_of(instance=None, username=self.cleaned_data["username"])
        if len(key) > LONGEST_LOGIN_KEY:  # nobody's, and too long to be counted
            raise self.get_invalid_login_error()
        return key

    def confirm_login_allowed(self, user: Any) -> None:
        if not is_operator(user):
            raise self.get_invalid_login_error()

    def get_invalid_login_error(self) -> ValidationError:
        return ValidationError(self.error_messages["invalid_login"], code="invalid_login")


class OperatorSite(AdminSite):
    site_header = _("Connect: operators")
    index_title = _("Installation")
    login_form = OperatorLogin
    site_url = "/"

    def has_permission(self, request: HttpRequest) -> bool:
        return is_operator(request.user)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """unfold takes the header from the settings, which are those of both sites."""
        return super().each_context(request) | {"site_header": self.site_header}


operator_site = OperatorSite(name="admin")
operator_site.register(Alarm, AlarmAdmin)
operator_site.register(Instance, InstanceAdmin)
operator_site.register(PoolNumber, PoolNumberAdmin)
operator_site.register(AuditEntry, AuditEntryAdmin)

instance_site = InstanceAdminSite(name="admin")
instance_site.register(User, PersonAdmin)
instance_site.register(HierarchyGroup, HierarchyGroupAdmin)
instance_site.register(HierarchyLevel, HierarchyLevelAdmin)
instance_site.register(SecurityProfile, SecurityProfileAdmin)
instance_site.register(AgentStatus, AgentStatusAdmin)
instance_site.register(HoursOfOperation, HoursAdmin)
instance_site.register(Queue, QueueAdmin)
instance_site.register(QuickConnect, QuickConnectAdmin)
instance_site.register(RoutingProfile, RoutingProfileAdmin)
instance_site.register(Instance, OwnInstanceAdmin)
instance_site.register(UserUpload, UserUploadAdmin)
instance_site.register(PhoneNumber, PhoneNumberAdmin)
instance_site.register(ContactFlow, ContactFlowAdmin)
instance_site.register(FlowVersion, FlowVersionAdmin)
instance_site.register(Prompt, PromptAdmin)
