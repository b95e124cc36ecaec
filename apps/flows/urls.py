"""Pages of flows and prompts, below `/<alias>/`."""

from django.urls import path

from apps.flows import views

urlpatterns = [
    path("prompts/<uuid:public_id>/audio", views.PromptAudio.as_view(), name="prompt-audio")
]
