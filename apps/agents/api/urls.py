"""REST addresses of agents, below `/api/v1/`."""

from django.urls import path

from apps.agents.api import views

urlpatterns = [
    path(
        "instances/<slug:alias>/agent-statuses",
        views.AgentStatusList.as_view(),
        name="agent-statuses",
    ),
    path(
        "instances/<slug:alias>/agents/<uuid:public_id>/status-history",
        views.StatusHistory.as_view(),
        name="agent-status-history",
    ),
]
