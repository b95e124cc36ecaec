"""REST addresses of flows, below `/api/v1/`."""

from django.urls import path

from apps.flows.api import views

_I = "instances/<slug:alias>"

urlpatterns = [
    path(f"{_I}/contact-flows", views.ContactFlowList.as_view(), name="contact-flows"),
    path(f"{_I}/contact-flows/validate", views.FlowCheck.as_view(), name="check-contact-flow"),
    path(
        f"{_I}/contact-flows/<uuid:public_id>",
        views.ContactFlowDetail.as_view(),
        name="contact-flow",
    ),
]
