"""Pages of the audit, below `/<alias>/`."""

from django.urls import path

from apps.audit.views.changes import ChangesPage

app_name = "audit"
urlpatterns = [path("changes", ChangesPage.as_view(), name="changes")]
