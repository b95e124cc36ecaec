"""REST addresses of instances, below `/api/v1/`."""

from django.urls import path

from apps.instances.api import views

urlpatterns = [
    path("instances/<slug:alias>", views.InstanceDetail.as_view(), name="instance"),
]
