"""REST addresses of the signed-in agent, below `/api/v1/`."""

from django.urls import path

from apps.ccp.api import views

urlpatterns = [
    path("instances/<slug:alias>/agents/me", views.OwnAgent.as_view(), name="own-agent"),
    path("instances/<slug:alias>/agents/me/status", views.OwnStatus.as_view(), name="own-status"),
]
