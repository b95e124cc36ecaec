"""Pages of voice, below `/<alias>/`."""

from django.urls import path

from apps.voice import views

app_name = "voice"
urlpatterns = [path("call", views.CallPage.as_view(), name="call")]
