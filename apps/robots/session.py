"""The site a robot visits, and how it logs in: by the same form as a person."""

import ipaddress
from dataclasses import dataclass
from html.parser import HTMLParser

import aiohttp
from yarl import URL

from apps.robots.errors import RobotError

HTTP_SECONDS = 30
TOKEN_FIELD = "csrfmiddlewaretoken"  # noqa: S105 (the name of a form field)
FOUND = {302, 303}


@dataclass(frozen=True, slots=True)
class Site:
    """`url` is the root of the installation, `instance` the alias of one instance."""

    url: str
    instance: str

    @property
    def login(self) -> str:
        return f"{self.url.rstrip('/')}/{self.instance}/login"

    def socket(self, door: str) -> str:
        """Return the address of a socket door, `ccp` or `call`."""
        return f"{self.url.rstrip('/')}/ws/{self.instance}/{door}"

    @property
    def origin(self) -> str:
        return str(URL(self.url).origin())

    @property
    def is_loopback(self) -> bool:
        host = URL(self.url).host or ""
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"


def site(url: str, *, instance: str) -> Site:
    """Return the site, or raise RobotError for an address without http:// or https://."""
    try:
        parsed = URL(url)
    except ValueError:
        parsed = URL()
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise RobotError(f"--url must begin with http:// or https://, but is {url!r}.")
    return Site(url, instance)


def browser() -> aiohttp.ClientSession:
    """Return an HTTP client that keeps cookies, also those of a bare IP address."""
    return aiohttp.ClientSession(
        cookie_jar=aiohttp.CookieJar(unsafe=True),
        timeout=aiohttp.ClientTimeout(total=HTTP_SECONDS),
    )


async def log_in(http: aiohttp.ClientSession, *, at: Site, user: str, password: str) -> None:
    """Fill in and send the log-in form; RobotError if the page or the password is refused."""
    try:
        token = await _form_token(http, at)
        form = {"username": user, "password": password, TOKEN_FIELD: token}
        headers = {"Referer": at.login, "Origin": at.origin}
        async with http.post(at.login, data=form, headers=headers, allow_redirects=False) as sent:
            if sent.status not in FOUND:
                raise RobotError(f"The log-in of {user!r} was refused (HTTP {sent.status}).")
    except (aiohttp.ClientError, TimeoutError) as error:
        raise RobotError(f"{at.login} cannot be reached: {error}.") from error


async def _form_token(http: aiohttp.ClientSession, at: Site) -> str:
    async with http.get(at.login) as page:
        if page.status != 200:
            raise RobotError(f"{at.login} has no log-in page (HTTP {page.status}).")
        reader = _TokenReader()
        reader.feed(await page.text())
    if reader.token is None:
        raise RobotError(f"{at.login} shows no log-in form.")
    return reader.token


class _TokenReader(HTMLParser):
    """Finds the value of the form's hidden token field."""

    def __init__(self) -> None:
        super().__init__()
        self.token: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        field = dict(attrs)
        if tag == "input" and field.get("name") == TOKEN_FIELD:
            self.token = field.get("value")
