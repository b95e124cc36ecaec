"""The page behind an emergency link (R-13)."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from apps.users.emergency import usable_link, use_link


@method_decorator(never_cache, name="dispatch")
class EmergencyLogin(View):
    """Looking does not use it up: programs that preview links only look."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        context = {"link": usable_link(token), "theme": "system", "user": None}
        return TemplateResponse(request, "registration/emergency.html", context)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        use_link(request, token)
        return HttpResponseRedirect("/admin/")
