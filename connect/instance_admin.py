"""`/<alias>/admin/…`: the admin of one instance, mounted like a WSGI application below a prefix.

Django's admin builds its links by name and knows no instance. So for the time of the request the
script prefix is `/<alias>/` and the URL configuration the admin's own: its links then lead to this
instance, two tabs cannot mix two instances, and a kept link says which one it meant.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.urls import get_script_prefix, get_urlconf, resolve, set_script_prefix, set_urlconf

from apps.core.errors import NotAllowed
from apps.instances.access import access
from apps.instances.admin.scope import enter
from apps.instances.navigation import navigation_for
from apps.instances.views import InstanceView

URLCONF = "connect.instance_admin_urls"


class InstanceAdmin(InstanceView):
    """Sign-in first; then whoever may open at least one page of the navigation's admin."""

    permission = None

    def authorise(self, request: HttpRequest, **kwargs: Any) -> None:
        rights = access().permissions_of(request.user, self.instance)
        places = (place for section in navigation_for(rights) for place in section.places)
        if not any(place.path.startswith("admin/") for place in places):
            raise NotAllowed

    def get(self, request: HttpRequest, rest: str = "") -> HttpResponseBase:
        enter(request, self.instance)
        with _mounted(self.instance.alias):
            match = resolve(f"/admin/{rest}", URLCONF)
            answer: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
            if isinstance(answer, SimpleTemplateResponse) and not answer.is_rendered:
                answer.render()  # while its links lead here
            return answer

    post = get


@contextmanager
def _mounted(alias: str) -> Iterator[None]:
    prefix, urlconf = get_script_prefix(), get_urlconf()
    set_script_prefix(f"{prefix}{alias}/")
    set_urlconf(URLCONF)
    try:
        yield
    finally:
        set_script_prefix(prefix)
        set_urlconf(urlconf)
