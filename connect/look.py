"""How the admin looks: unfold's settings, in the colours of our own pages (UI page, section 6)."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

ACCENT = {
    "50": "#eef4fe", "100": "#dfe9fd", "200": "#c3d6fb", "300": "#9cbcf7", "400": "#6c99ef",
    "500": "#3f76e2", "600": "#1f58c7", "700": "#1a4aa8", "800": "#193f89", "900": "#17356e",
    "950": "#0f2247",
}  # fmt: skip


def theme(request: HttpRequest) -> str | None:
    """The person's own choice; None follows the system."""
    chosen: str = getattr(request.user, "theme", "system")
    return chosen if chosen in ("light", "dark") else None


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": _("Connect"),
    "SITE_SYMBOL": "headset_mic",
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda _request: static("connect/favicon.svg"),
        }
    ],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "THEME": "connect.look.theme",
    "BORDER_RADIUS": "6px",
    "COLORS": {"primary": ACCENT},
    "STYLES": [
        lambda _request: static("connect/css/tokens.css"),
        lambda _request: static("connect/css/admin.css"),
    ],
    "SIDEBAR": {"navigation": "apps.instances.admin.sidebar.sidebar"},
}
