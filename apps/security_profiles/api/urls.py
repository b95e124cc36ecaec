"""REST addresses of permissions and profiles, below `/api/v1/`."""

from django.urls import path

from apps.security_profiles.api import views

urlpatterns = [
    path("permissions", views.PermissionCatalogue.as_view(), name="permissions"),
    path(
        "instances/<slug:alias>/security-profiles",
        views.SecurityProfileList.as_view(),
        name="security-profiles",
    ),
]
