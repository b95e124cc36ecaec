"""REST addresses of users, below `/api/v1/`."""

from django.urls import path

from apps.users.api import views

urlpatterns = [
    path("me", views.Me.as_view(), name="me"),
    path("me/preferences", views.MyPreferences.as_view(), name="my-preferences"),
    path("instances/<slug:alias>/users", views.UserList.as_view(), name="users"),
    path(
        "instances/<slug:alias>/users/<uuid:public_id>/sign-ins",
        views.SignIns.as_view(),
        name="user-sign-ins",
    ),
]
