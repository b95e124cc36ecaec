"""Bases of the pages below `/<alias>/`."""

from typing import Any, ClassVar

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.views import View

from apps.core.errors import NotFound
from apps.instances.access import access
from apps.instances.catalogue import script_catalogue
from apps.instances.models import Instance
from apps.instances.navigation import navigation_for
from apps.instances.scope import instance_scope
from apps.instances.selectors import access_path, active_instance

CCP_ACCESS = "BasicAgentAccess"


class InstancePage(View):
    """A page for anyone: resolves the alias and keeps the instance's scope for the whole answer.

    Templates are rendered here, inside the scope, not later by Django.
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
        """What the templates of every page of an instance may count on.

        Somebody from elsewhere is nobody here: `user` is None then, as for an anonymous visitor.
        """
        user: Any = self.request.user
        may_enter = access().may_enter(user, self.instance)
        rights = access().permissions_of(user, self.instance) if may_enter else frozenset()
        return {
            "instance": self.instance,
            "rights": rights,
            "user": user if may_enter else None,
            "theme": user.theme if may_enter else "system",
            "may_open_ccp": CCP_ACCESS in rights,
            "sections": navigation_for(rights),
            "catalogue": script_catalogue(),
            **kwargs,
        }


class InstanceView(InstancePage):
    """Sign-in (SR-015), then the page's permission (SR-017n, SR-022), then the page.

    A user of another instance is answered like an anonymous one. `permission` None means that
    being signed in is enough.
    """

    permission: ClassVar[str | None]

    def respond(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not access().may_enter(request.user, self.instance):
            return redirect_to_login(request.get_full_path(), access_path(self.instance), "next")
        self.authorise(request, **kwargs)
        return super().respond(request, *args, **kwargs)

    def authorise(self, request: HttpRequest, **kwargs: Any) -> None:
        """Raise `NotAllowed` unless the user may see this page; inside the instance's scope."""
        if self.permission is not None:
            access().require(request.user, self.permission, self.instance)


def _rendered(response: HttpResponseBase) -> HttpResponseBase:
    if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
        response.render()
    return response
