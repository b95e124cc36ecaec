"""The caller's page."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from apps.instances.views import InstancePage
from apps.numbers.domain.e164 import display
from apps.numbers.selectors import number_for_callers


class CallPage(InstancePage):
    """`/<alias>/call`: calls one of the instance's numbers; not there unless it is enabled."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        number = number_for_callers() if self.instance.web_call_enabled else None
        if number is None:
            raise Http404
        context = self.get_context_data(number=number.e164, number_display=display(number.e164))
        return TemplateResponse(request, "call/call.html", context)
