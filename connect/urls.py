"""Addresses of the installation. First segments taken here are reserved for aliases too."""

from django.urls import URLPattern, URLResolver, include, path

from apps.users.views.emergency import EmergencyLogin
from connect import views
from connect.admin import operator_site
from connect.instance_admin import InstanceAdmin

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.landing, name="landing"),
    path("api/", include("connect.api")),
    path("admin/emergency/<str:token>", EmergencyLogin.as_view(), name="emergency-login"),
    path("admin/", operator_site.urls),
    path("<slug:alias>/admin/", InstanceAdmin.as_view(), name="instance-admin"),
    path("<slug:alias>/admin/<path:rest>", InstanceAdmin.as_view(), name="instance-admin-page"),
    path("<slug:alias>/", include("apps.users.urls")),
    path("<slug:alias>/", include("apps.audit.urls")),
    path("<slug:alias>/", include("apps.voice.urls")),
    path("<slug:alias>/", include("apps.contacts.urls")),
    path("<slug:alias>/", include("apps.ccp.urls")),
    path("<slug:alias>/", include("apps.recordings.urls")),
    path("<slug:alias>/", include("apps.flows.urls")),
    path("<slug:alias>/help/", views.HelpPage.as_view(), name="help"),
    path("<slug:alias>/help/<slug:topic>", views.HelpPage.as_view(), name="help-topic"),
]

handler400 = "connect.errors.bad_request"
handler403 = "connect.errors.forbidden"
handler404 = "connect.errors.not_found"
handler500 = "connect.errors.server_error"
