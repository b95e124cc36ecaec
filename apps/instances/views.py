"""Base of the pages below `/<alias>/`."""

from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.views import View

from apps.core.errors import NotFound
from apps.instances.catalogue import script_catalogue
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.instances.selectors import active_instance


class InstancePage(View):
    """Resolves the alias and keeps the instance's scope until the answer is rendered.

    Templates are rendered here, inside the scope, not later by Django. The page is for anyone;
    `apps.security_profiles.views.InstanceView` adds sign-in and permission.
    """

    instance: Instance

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            self.instance = active_instance(kwargs.pop("alias"))
        except NotFound:
            raise Http404 from None
        with instance_scope(self.instance):
            return _rendered(self.respond(request, *args, **kwargs))

    def respond(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The answer inside the scope; subclasses check rights here first."""
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the templates of every page of an instance may count on."""
        shared = {"instance": self.instance, "theme": "system", "catalogue": script_catalogue()}
        return {**shared, **kwargs}


def _rendered(response: HttpResponseBase) -> HttpResponseBase:
    if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
        response.render()
    return response
