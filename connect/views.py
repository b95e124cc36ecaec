"""Pages of the installation itself: the landing page, and Help."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import TemplateResponse

from apps.instances.models import Instance
from apps.instances.navigation import navigation_for
from apps.instances.selectors import access_path
from apps.instances.views import CCP_ACCESS, InstancePage
from apps.security_profiles.selectors import permissions_of, profiles_by_user
from apps.users.models import User
from apps.users.selectors import users_of

DEMO_ALIAS = "demo"
TOPICS = frozenset(
    {
        "calls",
        "contacts",
        "flows",
        "microphone",
        "numbers",
        "panel",
        "prompts",
        "routing",
        "status",
        "users",
    }
)


def landing(request: HttpRequest) -> HttpResponse:
    """`/`: the way into the demo where there is one, else a field for an instance's alias."""
    return render(request, "landing.html", {"demo": _demo(), **_visitor(request)})


def _visitor(request: HttpRequest) -> dict[str, Any]:
    """Somebody who is signed in finds the own instance and the phone icon here too (SR-016)."""
    user = request.user
    if not isinstance(user, User) or user.instance is None:
        return {"theme": "system"}
    rights = permissions_of(user, user.instance)
    return {
        "theme": user.theme,
        "instance": user.instance,
        "may_open_ccp": CCP_ACCESS in rights,
        "sections": navigation_for(rights),
    }


def _demo() -> dict[str, Any] | None:
    """`people` are all with an account in the demo, with their display names; no passwords."""
    instance = Instance.objects.filter(alias=DEMO_ALIAS, is_active=True).first()
    if instance is None or not settings.SHOW_DEMO:
        return None
    return {
        "instance": instance,
        "login_url": access_path(instance),
        "call_url": f"/{instance.alias}/call" if instance.web_call_enabled else None,
        "people": _people(instance),
    }


def _people(instance: Instance) -> list[dict[str, str]]:
    roles = profiles_by_user(instance)
    people = users_of(instance).filter(is_active=True)
    return [
        {"username": user.username, "role": ", ".join(roles.get(user.pk, []))} for user in people
    ]


class HelpPage(InstancePage):
    """`/<alias>/help/` and its topics, for anybody: needed most by those who cannot get in."""

    def get(self, request: HttpRequest, topic: str = "index") -> HttpResponse:
        if topic not in TOPICS | {"index"}:
            raise Http404
        return TemplateResponse(request, f"help/{topic}.html", self.get_context_data(topic=topic))
