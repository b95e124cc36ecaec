"""The two admins: one below each instance's address, and the operators' own."""

from typing import TYPE_CHECKING, Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

from apps.instances.access import access
from apps.instances.admin.scope import instance_of, is_entered, rights_of
from apps.instances.navigation import navigation_for
from apps.instances.views import CCP_ACCESS

if TYPE_CHECKING:
    from django.contrib.admin import AdminSite as _Site
else:
    _Site = UnfoldAdminSite

# Pages that pass by our services, or serve nothing here.
LEFT_OUT = frozenset(
    {"password_change", "password_change_done", "autocomplete", "view_on_site", "search"}
)
# What unfold's scripts need: Alpine evaluates expressions, and the colours are a style block.
POLICY = {"script-src": [SELF, "'unsafe-eval'"], "style-src": [SELF, "'unsafe-inline'"]}


class AdminSite(_Site):
    """What both have in common. The content policy is relaxed on their own pages only."""

    site_title = _("Connect")
    index_title = _("Overview")
    final_catch_all_view = False  # an address that does not exist is one, here as elsewhere
    enable_nav_sidebar = True

    def get_urls(self) -> list[URLPattern | URLResolver]:
        urls = super().get_urls()
        return [each for each in urls if getattr(each, "name", None) not in LEFT_OUT]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        return csp_update(POLICY)(super().admin_view(view, cacheable))

    def login(self, request: HttpRequest, extra_context: Any = None) -> Any:
        page: Any = csp_update(POLICY)(super().login)
        return page(request, extra_context)


class InstanceAdminSite(AdminSite):
    """`/<alias>/admin/`: for people of the instance, and for operators.

    Who may be here at all is decided by the mount (`connect.instance_admin`), each page by the
    permission of its own resource.
    """

    def has_permission(self, request: HttpRequest) -> bool:
        return is_entered(request) and access().may_enter(request.user, instance_of(request))

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """People sign in and out at the instance's own address."""
        left = {"login", "logout"}
        return [each for each in super().get_urls() if getattr(each, "name", None) not in left]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        instance, rights = instance_of(request), rights_of(request)
        return super().each_context(request) | {
            "instance": instance,
            "site_header": instance.name,
            "sections": navigation_for(rights),
            "may_open_ccp": CCP_ACCESS in rights,
        }
