"""The base of pages that need a signed-in user of the instance, shown on two pages of its own."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.errors import Conflict, QuotaExceeded
from apps.instances.api.base import InstanceApiView
from apps.instances.models import Instance
from apps.instances.views import InstanceView
from apps.security_profiles.models import SecurityProfile
from apps.security_profiles.services import set_permissions
from apps.users.models import User
from tests.people import profile_named, user_with

pytestmark = [pytest.mark.db, pytest.mark.urls(__name__)]


class PanelPage(InstanceView):
    permission = "BasicAgentAccess"

    def get(self, request: HttpRequest) -> HttpResponse:
        names = ",".join(SecurityProfile.objects.values_list("name", flat=True))
        return HttpResponse(f"{self.instance.alias}:{names}")


class OpenPage(InstanceView):
    permission = None

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("open")


class FullPage(InstanceView):
    permission = None

    def get(self, request: HttpRequest) -> HttpResponse:
        raise QuotaExceeded


class BusyPage(InstanceView):
    permission = None

    def get(self, request: HttpRequest) -> HttpResponse:
        raise Conflict("Not <b>now</b>.")


class BrokenPage(InstanceView):
    permission = None

    def get(self, request: HttpRequest) -> HttpResponse:
        raise RuntimeError("the secret of +12065550100")


class BrokenResource(InstanceApiView):
    permission = None

    def get(self, request: Request) -> Response:
        raise RuntimeError("the secret of +12065550100")


urlpatterns = [
    path("<slug:alias>/full/", FullPage.as_view()),
    path("<slug:alias>/busy/", BusyPage.as_view()),
    path("<slug:alias>/broken/", BrokenPage.as_view()),
    path("api/v1/instances/<slug:alias>/broken", BrokenResource.as_view()),
    path("<slug:alias>/panel/", PanelPage.as_view()),
    path("<slug:alias>/open/", OpenPage.as_view()),
    path("", include("connect.urls")),
]
handler403 = "connect.errors.forbidden"
handler404 = "connect.errors.not_found"
handler500 = "connect.errors.server_error"


def sign_in(client: Client, user: User) -> None:
    client.force_login(user, backend="apps.users.backends.InstanceBackend")


def test_a_stranger_is_sent_to_the_log_in_and_back_sr_015(
    client: Client, demo_instance: Instance
) -> None:
    answer = client.get("/demo/panel/?contact=1")

    assert answer["Location"] == "/demo/login?next=/demo/panel/%3Fcontact%3D1"


def test_somebody_of_another_instance_is_a_stranger_s_02(
    client: Client, demo_instance: Instance, otto: User
) -> None:
    sign_in(client, otto)

    assert client.get("/demo/panel/")["Location"] == "/demo/login?next=/demo/panel/"


def test_an_unknown_instance_is_not_found(client: Client, ana: User) -> None:
    sign_in(client, ana)

    assert client.get("/nowhere/panel/").status_code == 404


def test_the_page_opens_in_the_scope_of_its_instance(
    client: Client, ana: User, other_instance: Instance
) -> None:
    sign_in(client, ana)

    answer = client.get("/demo/panel/")

    assert answer.content == b"demo:Admin,Agent,CallCenterManager,QualityAnalyst"


def test_a_manager_without_the_panel_is_refused_by_name_sr_017_sr_124(
    client: Client, max_: User
) -> None:
    sign_in(client, max_)

    answer = client.get("/demo/panel/")

    assert answer.status_code == 403
    assert "BasicAgentAccess" in answer.content.decode()


def test_a_bare_user_is_refused_where_a_permission_is_needed_sr_018(
    client: Client, demo_instance: Instance
) -> None:
    sign_in(client, user_with(demo_instance, "bare"))

    assert client.get("/demo/panel/").status_code == 403
    assert client.get("/demo/open/").status_code == 200


def test_a_changed_profile_counts_at_the_next_request_sr_019(
    client: Client, ana: User, demo_instance: Instance
) -> None:
    sign_in(client, ana)
    assert client.get("/demo/panel/").status_code == 200

    set_permissions(profile_named(demo_instance, "Agent"), permissions=["OutboundCallAccess"])

    assert client.get("/demo/panel/").status_code == 403


def test_an_operator_of_the_platform_may_enter(client: Client, demo_instance: Instance) -> None:
    sign_in(client, User.objects.create_superuser("ops", "unused"))

    assert client.get("/demo/panel/").status_code == 200


@pytest.mark.parametrize(("page", "status"), [("full", 429), ("busy", 409)])
def test_a_service_s_refusal_becomes_a_page(
    client: Client, ana: User, page: str, status: int
) -> None:
    sign_in(client, ana)

    answer = client.get(f"/demo/{page}/")

    assert answer.status_code == status
    assert "<b>now" not in answer.content.decode()


@pytest.mark.parametrize(
    ("path", "media_type"),
    [("/demo/broken/", "text/html"), ("/api/v1/instances/demo/broken", "application/problem+json")],
)
def test_a_crash_tells_the_visitor_nothing_s_13(ana: User, path: str, media_type: str) -> None:
    client = Client(raise_request_exception=False)
    sign_in(client, ana)

    answer = client.get(path)

    assert answer.status_code == 500
    assert answer["Content-Type"].startswith(media_type)
    assert "secret" not in answer.content.decode()
    assert "Content-Security-Policy" in answer.headers
