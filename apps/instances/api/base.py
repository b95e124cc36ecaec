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

    `permission` None means that being a user of the instance is enough.
    """

    permission: ClassVar[str | None]
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
        if self.permission is not None:
            access().require(request.user, self.permission, self.instance)
        self._scope.enter_context(instance_scope(self.instance))
