"""Serves the pages without the product behind them, so that a browser can be shown any state.

Run as `python -m tests.browser.preview`; prints its address and serves until its standard input
closes. The socket is not here: a test gives the page one of its own (`route_web_socket`). Answers
carry the product's content policy, so that a violation shows in the browser's console.
"""

import mimetypes
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.template.loader import render_to_string

from connect.navigation import SECTIONS
from tests.browser import contact_samples as contacts
from tests.browser.tones import webm

ROOT = Path(__file__).parents[2]
POLICY = (
    "default-src 'self'; media-src 'self' blob:; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; frame-ancestors 'self'"
)
INSTANCE = {"alias": "demo", "name": "Acme Travel"}
PEOPLE = [
    {"username": "ana", "role": "Answers calls"},
    {"username": "mia", "role": "Answers calls, watches the queues"},
    {"username": "ada", "role": "Sets everything up"},
]
DEMO = {
    "instance": INSTANCE,
    "people": PEOPLE,
    "call_url": "/demo/call",
    "login_url": "/demo/login",
}
BASE: dict[str, Any] = {"instance": INSTANCE, "may_open_ccp": True}
MANAGER = {**BASE, "rights": {"ContactSearch.View"}, "sections": SECTIONS}
WRONG = {"form": {"errors": True, "non_field_errors": ["The user name or password is wrong."]}}
NUMBER = {"number": "+12065550100", "number_display": "+1 206-555-0100"}
PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "/": ("landing.html", {"demo": DEMO}),
    "/plain": ("landing.html", {}),
    "/demo/login": ("registration/login.html", {"instance": INSTANCE}),
    "/demo/login-wrong": ("registration/login.html", {"instance": INSTANCE, **WRONG}),
    "/demo/call": ("call/call.html", {"instance": INSTANCE, **NUMBER}),
    "/demo/ccp-v2/": ("ccp/panel.html", BASE),
    "/demo/contacts": ("contacts/search.html", {**MANAGER, **contacts.SEARCH}),
    "/demo/contacts-empty": ("contacts/search.html", {**MANAGER, **contacts.EMPTY}),
    "/demo/contacts-wrong": ("contacts/search.html", {**MANAGER, **contacts.WRONG}),
    "/demo/contact": ("contacts/contact.html", {**MANAGER, **contacts.PAGE}),
    "/demo/contact-waiting": (
        "contacts/contact.html",
        {**MANAGER, **contacts.PAGE, "contact": contacts.WAITING_FACTS, "player": None},
    ),
    "/demo/contact-unrecorded": (
        "contacts/contact.html",
        {**MANAGER, **contacts.PAGE, "player": None},
    ),
    "/demo/help/": ("help/index.html", BASE),
    **{
        f"/demo/help/{topic}": (f"help/{topic}.html", BASE)
        for topic in (
            *("panel", "microphone", "calls", "contacts", "status", "users"),
            *("numbers", "flows", "prompts", "routing"),
        )
    },
    **{f"/error/{code}": (f"errors/{code}.html", {}) for code in (400, 403, 404, 429, 500)},
}


# A recording is sent a part at a time, as the real view does, so that a link may lapse in between.
PART = 16 * 1024
RECORDINGS = "/demo/recordings/"


class Handler(BaseHTTPRequestHandler):
    """Pages by template, static files from disk, nothing else."""

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if path.startswith("/static/"):
            return self._file(ROOT / path.lstrip("/"))
        if path.startswith(RECORDINGS):
            return self._recording(path.removeprefix(RECORDINGS))
        if path not in PAGES:
            return self._answer(404, "text/plain", b"")
        template, context = PAGES[path]
        themes = ("dark", "light")
        theme = next((name for name in themes if f"theme={name}" in query), "system")
        page = render_to_string(template, {**context, "theme": theme})
        return self._answer(200, "text/html; charset=utf-8", page.encode())

    def _file(self, path: Path) -> None:
        if not path.is_file():
            return self._answer(404, "text/plain", b"")
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return self._answer(200, kind, path.read_bytes())

    def _recording(self, name: str) -> None:
        """`lapsed`: a link that is over. `half`: one over from the middle of the file on."""
        body = webm(contacts.SECONDS)
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", "bytes=0-"))
        assert asked is not None
        start = int(asked[1])
        end = min(int(asked[2] or len(body)), start + PART - 1, len(body) - 1)
        if name == "lapsed" or (name == "half" and start > len(body) // 2):
            return self._answer(410, "text/plain", b"")
        ranges = {"Accept-Ranges": "bytes", "Content-Range": f"bytes {start}-{end}/{len(body)}"}
        return self._answer(206, "audio/webm", body[start : end + 1], **ranges)

    def _answer(self, status: int, kind: str, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the caller reads the first line of output as the address."""


def main() -> None:
    settings.configure(
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [ROOT / "templates"],
            }
        ],
        INSTALLED_APPS=[],
        STATIC_URL="/static/",
        USE_I18N=True,
        TIME_ZONE="UTC",
        USE_TZ=True,
    )
    django.setup()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(f"http://127.0.0.1:{server.server_port}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
