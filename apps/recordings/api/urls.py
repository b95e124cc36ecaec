"""REST addresses of recordings, below `/api/v1/`."""

from django.urls import path

from apps.recordings.api import views

urlpatterns = [
    path(
        "instances/<slug:alias>/contacts/<uuid:public_id>/recording",
        views.ContactRecording.as_view(),
        name="contact-recording",
    ),
]
