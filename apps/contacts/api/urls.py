"""REST addresses of contacts, below `/api/v1/`."""

from django.urls import path

from apps.contacts.api import views

_I = "instances/<slug:alias>"

urlpatterns = [
    path(f"{_I}/contacts", views.ContactList.as_view(), name="contacts"),
    path(f"{_I}/contacts/<uuid:public_id>", views.ContactDetail.as_view(), name="contact"),
    path(
        f"{_I}/contacts/<uuid:public_id>/record",
        views.ContactRecord.as_view(),
        name="contact-record",
    ),
    path(
        f"{_I}/contacts/<uuid:public_id>/why-waiting",
        views.ContactWhyWaiting.as_view(),
        name="contact-why-waiting",
    ),
]
