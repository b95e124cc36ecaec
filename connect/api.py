"""The REST interface: each app's `api/urls.py` below `/api/v1/`, its document and its page."""

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path
from django.utils.decorators import method_decorator
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from connect.errors import not_signed_in

APPS = (
    "apps.instances",
    "apps.users",
    "apps.audit",
    "apps.security_profiles",
    "apps.alarms",
    "apps.flows",
    "apps.numbers",
    "apps.routing",
    "apps.agents",
    "apps.contacts",
    "apps.recordings",
    "apps.ccp",
)


@method_decorator(csp_update({"style-src": [SELF, "'unsafe-inline'"]}), name="dispatch")
class ApiDocs(SpectacularSwaggerSplitView):
    """Swagger UI for signed-in people; it alone brings a style block, still no inline script."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.is_authenticated:
            return not_signed_in(request)
        return super().dispatch(request, *args, **kwargs)


v1: list[URLPattern | URLResolver] = [path("", include(f"{app}.api.urls")) for app in APPS]

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", include(v1)),
    path("v1/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", ApiDocs.as_view(url_name="schema"), name="api-docs"),
]
