"""Which text names an origin that may show the panel (S-08)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.instances.domain.origins import Fault, NotAnOrigin, canonical_origin

pytestmark = pytest.mark.domain


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("https://crm.example.com", "https://crm.example.com"),
        (" HTTPS://CRM.Example.COM/ ", "https://crm.example.com"),
        ("https://crm.example.com:443", "https://crm.example.com"),
        ("https://crm.example.com:08443", "https://crm.example.com:8443"),
        ("https://crm.example.com.", "https://crm.example.com"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("https://straße.example", "https://xn--strae-oqa.example"),
        ("https://ｃｒｍ.example", "https://crm.example"),
        ("https://10.0.0.7", "https://10.0.0.7"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("https://localhost", "https://localhost"),
    ],
)
def test_one_origin_has_one_form(typed: str, canonical: str) -> None:
    assert canonical_origin(typed) == canonical
    assert canonical_origin(canonical) == canonical


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", Fault.SHAPE),
        ("crm.example.com", Fault.SHAPE),
        ("https://", Fault.SHAPE),
        ("https://crm.example.com/panel", Fault.SHAPE),
        ("https://crm.example.com?x=1", Fault.SHAPE),
        ("https://crm.example.com/#x", Fault.SHAPE),
        ("https://ada:secret@crm.example.com", Fault.SHAPE),
        ("https://crm.example.com https://evil.example", Fault.SHAPE),
        ("https://crm.example.com\nX-Header: 1", Fault.SHAPE),
        ("https:\\\\crm.example.com", Fault.SHAPE),
        ("https://[::1]", Fault.SHAPE),
        ("ws://crm.example.com", Fault.SHAPE),
        ("javascript:alert(1)", Fault.SHAPE),
        ("*", Fault.SHAPE),
        ("null", Fault.SHAPE),
        ("https://*.example.com", Fault.HOST),
        ("https://*", Fault.HOST),
        ("https://crm..example.com", Fault.HOST),
        ("https://-crm.example.com", Fault.HOST),
        ("https://crm_1.example.com", Fault.HOST),
        ("https://crm.example.com;script-src", Fault.HOST),
        ("https://a,b", Fault.HOST),
        ("https://'none'", Fault.HOST),
        ("https://256.0.0.1", Fault.HOST),
        ("https://1.2.3", Fault.HOST),
        ("https://" + "a" * 64 + ".example", Fault.HOST),
        ("https://" + "a." * 200 + "example", Fault.HOST),
        ("https://crm.example.com:0", Fault.PORT),
        ("https://crm.example.com:65536", Fault.PORT),
        ("http://crm.example.com", Fault.NOT_ENCRYPTED),
        ("http://localhost.example.com", Fault.NOT_ENCRYPTED),
    ],
)
def test_anything_else_is_refused_with_the_reason(typed: str, fault: Fault) -> None:
    with pytest.raises(NotAnOrigin) as refusal:
        canonical_origin(typed)

    assert refusal.value.fault is fault


@given(st.one_of(st.text(), st.text().map("https://{}".format)))
def test_what_is_accepted_cannot_break_out_of_the_policy(typed: str) -> None:
    try:
        origin = canonical_origin(typed)
    except NotAnOrigin:
        return

    assert re.fullmatch(r"https?://[a-z0-9.-]+(:[1-9][0-9]*)?", origin)
    assert len(origin) <= 280
