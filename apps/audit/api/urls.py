"""REST addresses of the audit, below `/api/v1/`."""

from django.urls import path

from apps.audit.api import views

urlpatterns = [
    path("instances/<slug:alias>/changes", views.ChangeList.as_view(), name="api-changes"),
]
