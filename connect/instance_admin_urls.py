"""Addresses of an instance's admin, below the prefix that `connect.instance_admin` sets."""

from django.urls import path

from connect.admin import instance_site

urlpatterns = [path("admin/", instance_site.urls)]
