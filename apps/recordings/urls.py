"""Addresses of recordings, below `/<alias>/`."""

from django.urls import path

from apps.recordings import views

app_name = "recordings"
urlpatterns = [path("recordings/<str:token>", views.RecordingFile.as_view(), name="file")]
