"""Which browser a session is in, as its user would say it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.users.domain.browsers import MOST, browser_of

pytestmark = pytest.mark.domain

LINUX = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15"
ANDROID = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (f"{LINUX} Chrome/140.0.0.0 Safari/537.36", "Chrome on Linux"),
        (f"{WINDOWS} Gecko/20100101 Firefox/143.0", "Firefox on Windows"),
        (f"{WINDOWS} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Edge on Windows"),
        (f"{WINDOWS} Chrome/140.0.0.0 Safari/537.36 OPR/115.0", "Opera on Windows"),
        (f"{MAC} Version/18.0 Safari/605.1.15", "Safari on macOS"),
        (f"{PHONE} CriOS/140.0 Mobile/15E148 Safari/604.1", "Chrome on iPhone"),
        (f"{ANDROID} Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.9.1", "curl"),
        ("python-requests/2.32", "python-requests"),
        ("", ""),
        ("<script>", ""),
    ],
)
def test_a_browser_is_named_as_people_know_it(user_agent: str, words: str) -> None:
    assert browser_of(user_agent) == words


@given(st.text())
def test_whatever_a_program_calls_itself_the_words_are_short(user_agent: str) -> None:
    assert len(browser_of(user_agent)) <= MOST


def test_a_long_name_is_cut() -> None:
    assert browser_of("x" * 500) == "x" * MOST
