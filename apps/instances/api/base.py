"""Base of every resource below `/api/v1/instances/<alias>/`."""

from contextlib import ExitStack
from typing import Any, ClassVar

from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.errors import NotFound
from apps.instances.access import access
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.instances.selectors import active_instance


class InstanceApiView(APIView):
    """Signed in (401), of this instance (404 like an unknown one), permitted (403), in its scope.

    `permission` None means that being a user of the instance is enough; of several, any one is.
    """

    permission: ClassVar[str | tuple[str, ...] | None]
    instance: Instance

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        with ExitStack() as self._scope:
            response = super().dispatch(request, *args, **kwargs)
            if isinstance(response, Response):
                response.render()
            return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.instance = active_instance(self.kwargs.pop("alias"))
        if not access().may_enter(request.user, self.instance):
            raise NotFound
        self._scope.enter_context(instance_scope(self.instance))
        self.authorise(request)

    def authorise(self, request: Request) -> None:
        """Raise `NotAllowed` unless the user may do this; inside the instance's scope."""
        wanted = (self.permission,) if isinstance(self.permission, str) else self.permission
        if wanted and not self.rights.intersection(wanted):
            access().require(request.user, wanted[0], self.instance)

    @property
    def rights(self) -> frozenset[str]:
        """API names of all the user may do here; remembered, so that asking costs nothing."""
        return access().permissions_of(self.request.user, self.instance)
