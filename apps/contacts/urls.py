"""Pages of contacts, below `/<alias>/`."""

from django.urls import path

from apps.contacts.views.contact import ContactPage
from apps.contacts.views.search import ContactSearchPage

app_name = "contacts"
urlpatterns = [
    path("contacts", ContactSearchPage.as_view(), name="search"),
    path("contacts/<uuid:public_id>", ContactPage.as_view(), name="contact"),
]
