"""The interface texts that a page delivers to its scripts as JSON."""

from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.utils.translation import get_language
from django.utils.translation.trans_real import DjangoTranslation
from django.views.i18n import JavaScriptCatalog


def script_catalogue() -> dict[str, Any]:
    """`{"catalog": {msgid: text or forms}}` in the active language."""
    return _catalogue_of(get_language() or "en")


@cache
def _catalogue_of(language: str) -> dict[str, Any]:
    view = JavaScriptCatalog()
    view.translation = DjangoTranslation(
        language,
        domain="djangojs",
        localedirs=view.get_paths(
            [app.name for app in apps.get_app_configs() if (Path(app.path) / "locale").is_dir()]
        ),
    )
    return {"catalog": view.get_catalog()}
