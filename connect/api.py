"""The REST interface: each app's `api/urls.py` below `/api/v1/`, its document and its page."""

from csp.constants import NONE, SELF
from csp.decorators import csp
from django.urls import URLPattern, URLResolver, include, path
from django.utils.decorators import method_decorator
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework.permissions import IsAuthenticated

APPS = ("apps.instances", "apps.users", "apps.security_profiles")


@method_decorator(
    csp(
        {
            "default-src": [SELF],
            "script-src": [SELF, "'unsafe-inline'"],
            "style-src": [SELF, "'unsafe-inline'"],
            "img-src": [SELF, "data:"],
            "base-uri": [NONE],
            "object-src": [NONE],
            "form-action": [SELF],
            "frame-ancestors": [NONE],
        }
    ),
    name="dispatch",
)
class ApiDocs(SpectacularSwaggerView):
    """Swagger UI starts itself with an inline script; no page of the product does."""

    permission_classes = [IsAuthenticated]


v1: list[URLPattern | URLResolver] = [path("", include(f"{app}.api.urls")) for app in APPS]

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", include(v1)),
    path("v1/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", ApiDocs.as_view(url_name="schema"), name="api-docs"),
]
