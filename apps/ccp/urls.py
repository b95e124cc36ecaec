"""Pages of the panel, below `/<alias>/`."""

from django.urls import path

from apps.ccp import views

app_name = "ccp"
urlpatterns = [path("ccp-v2/", views.PanelView.as_view(), name="panel")]
