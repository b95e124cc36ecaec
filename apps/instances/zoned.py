"""Pages that tell times of day: in the time zone of their instance, which they name."""

from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.utils import timezone

from apps.instances.views import InstanceView


class ZonedView(InstanceView):
    """Reads and writes instants in the instance's zone; renders before the zone is left."""

    def respond(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with timezone.override(ZoneInfo(self.instance.time_zone)):
            response = super().respond(request, *args, **kwargs)
            if isinstance(response, SimpleTemplateResponse):
                response.render()
            return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(zone=self.instance.time_zone, **kwargs)
