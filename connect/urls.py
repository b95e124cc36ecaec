"""Addresses of the installation."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("<slug:alias>/", include("apps.users.urls")),
]

handler400 = "connect.errors.bad_request"
handler403 = "connect.errors.forbidden"
handler404 = "connect.errors.not_found"
handler500 = "connect.errors.server_error"
