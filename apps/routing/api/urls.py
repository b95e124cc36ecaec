"""REST addresses of queues, routing profiles and hours, below `/api/v1/`."""

from django.urls import path

from apps.routing.api import views

_I = "instances/<slug:alias>"

urlpatterns = [
    path(f"{_I}/queues", views.QueueList.as_view(), name="queues"),
    path(f"{_I}/queues/<uuid:public_id>", views.QueueDetail.as_view(), name="queue"),
    path(f"{_I}/routing-profiles", views.RoutingProfileList.as_view(), name="routing-profiles"),
    path(
        f"{_I}/routing-profiles/<uuid:public_id>",
        views.RoutingProfileDetail.as_view(),
        name="routing-profile",
    ),
    path(f"{_I}/hours-of-operations", views.HoursList.as_view(), name="hours-of-operations"),
    path(
        f"{_I}/hours-of-operations/<uuid:public_id>",
        views.HoursDetail.as_view(),
        name="hours-of-operation",
    ),
]
