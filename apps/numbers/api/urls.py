"""REST addresses of telephone numbers, below `/api/v1/`."""

from django.urls import path

from apps.numbers.api import views

urlpatterns = [
    path(
        "instances/<slug:alias>/phone-numbers",
        views.PhoneNumberList.as_view(),
        name="phone-numbers",
    ),
    path(
        "instances/<slug:alias>/phone-numbers/preview",
        views.NumberPreview.as_view(),
        name="number-preview",
    ),
]
