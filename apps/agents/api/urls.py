"""REST addresses of agents, below `/api/v1/`."""

from django.urls import path

from apps.agents.api import views

urlpatterns = [
    path(
        "instances/<slug:alias>/agent-statuses",
        views.AgentStatusList.as_view(),
        name="agent-statuses",
    ),
]
