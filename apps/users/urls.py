"""Pages of users, below `/<alias>/`."""

from django.urls import path

from apps.users.views import login, password, sessions

app_name = "users"
urlpatterns = [
    path("login", login.LoginView.as_view(), name="login"),
    path("logout", login.LogoutView.as_view(), name="logout"),
    path("password", password.OwnPassword.as_view(), name="password"),
    path("sessions", sessions.YourSessions.as_view(), name="sessions"),
    path(
        "users/<uuid:public_id>/sessions",
        sessions.SessionsOfUser.as_view(),
        name="sessions-of-user",
    ),
]
