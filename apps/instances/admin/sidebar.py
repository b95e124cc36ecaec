"""The navigation as unfold's sidebar wants it (`UNFOLD["SIDEBAR"]["navigation"]`)."""

from typing import Any

from django.http import HttpRequest

from apps.instances.admin.scope import instance_of, is_entered, rights_of
from apps.instances.navigation import Place, navigation_for


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """The sections the person may open; in the operators' admin none, so its lists show."""
    if not is_entered(request):
        return []
    alias = instance_of(request).alias
    return [
        {"title": section.label, "items": [_item(alias, place) for place in section.places]}
        for section in navigation_for(rights_of(request))
    ]


def _item(alias: str, place: Place) -> dict[str, Any]:
    return {"title": place.label, "icon": place.icon, "link": f"/{alias}/{place.path}"}
