"""REST addresses of alarms, below `/api/v1/`."""

from django.urls import path

from apps.alarms.api import views

urlpatterns = [path("alarms", views.AlarmList.as_view(), name="alarms")]
