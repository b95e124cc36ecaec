"""The page of the Contact Control Panel."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from apps.ccp.sessions import CCP_ACCESS
from apps.instances.framing import framed_by
from apps.instances.selectors import approved_origins
from apps.instances.views import InstanceView


class PanelView(InstanceView):
    """`/<alias>/ccp-v2/`: one panel for everything an agent does with a contact (SR-001)."""

    permission = CCP_ACCESS

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = TemplateResponse(request, "ccp/panel.html", self.get_context_data())
        return framed_by(approved_origins(), response)
