"""What templates and static files may hold: nothing inline, nothing from outside, our words."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.domain

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STATIC = sorted(path for path in (ROOT / "static/connect").rglob("*") if path.is_file())
SCRIPTS = [path for path in STATIC if path.suffix == ".js"]
SHEETS = [path for path in STATIC if path.suffix == ".css"]
# The name of a file format, not an address anyone fetches.
SVG_NAMESPACE = "http://www.w3.org/2000/svg"
PANEL_WORDS = [
    *("User name", "Password", "Sign in", "Call the demo number", "Call", "Hang up", "Keypad"),
    *("Contact Control Panel", "Agent status", "Accept call", "Reject", "Hold", "Mute"),
    *("End call", "Clear contact", "Become available", "Settings", "Phone type", "Softphone"),
    *("Desk phone", "Microphone", "Speaker", "Ringer", "Save"),
]
SCRIPT_WORDS = ("Resume", "Unmute", "After call work", "Missed call", "Error")


def _named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", TEMPLATES, ids=_named)
def test_templates_hold_no_script_or_style_of_their_own(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


@pytest.mark.parametrize("path", SCRIPTS, ids=_named)
def test_scripts_write_no_markup_and_run_no_text(path: Path) -> None:
    """The policy forbids inline styles; strings never become elements."""
    text = path.read_text()
    markup = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\.style\.cssText"
    assert not re.search(markup, text)
    assert not re.search(r"\beval\(|new Function", text)


@pytest.mark.parametrize("path", [*TEMPLATES, *STATIC], ids=_named)
def test_nothing_is_fetched_from_outside(path: Path) -> None:
    """P-06: nothing leaves the machine by default."""
    text = path.read_text().replace(SVG_NAMESPACE, "")
    assert not re.search(r"(https?|wss?|stun|turns?)://|(stun|turn):|[\"'(]//", text)


@pytest.mark.parametrize("path", SCRIPTS, ids=_named)
def test_scripts_are_type_checked_and_short(path: Path) -> None:
    lines = path.read_text().splitlines()
    assert lines[0] == "// @ts-check"
    assert len(lines) <= 200


@pytest.mark.parametrize("path", SHEETS, ids=_named)
def test_sheets_keep_to_the_layers_and_flow_in_any_direction(path: Path) -> None:
    text = path.read_text()
    ours = not path.name.startswith("admin")  # those have to win over the layers of unfold
    assert ("@layer" in text) == ours
    # unfold's own word is important, and where scripts are off nothing else can take it back
    assert ("!important" in text) == (path.name == "admin-without-scripts.css")
    assert not re.search(
        r"^\s*(margin|padding|border)-(left|right)|^\s*(left|right):", text, re.MULTILINE
    )


@pytest.mark.parametrize("word", PANEL_WORDS)
def test_the_words_of_the_product_are_on_the_pages(word: str) -> None:
    pages = "\n".join(path.read_text() for path in TEMPLATES)
    assert re.search(rf"\{{% translate ['\"]{re.escape(word)}['\"] %\}}", pages)


@pytest.mark.parametrize("word", SCRIPT_WORDS)
def test_the_words_of_the_product_are_in_the_scripts(word: str) -> None:
    scripts = "\n".join(path.read_text() for path in SCRIPTS)
    assert f'gettext("{word}")' in scripts


@pytest.mark.parametrize("path", TEMPLATES, ids=_named)
def test_every_visible_word_of_a_template_goes_through_gettext(path: Path) -> None:
    text = re.sub(
        r"\{%\s*blocktranslate.*?endblocktranslate\s*%\}", "", path.read_text(), flags=re.DOTALL
    )
    text = re.sub(r"\{% block body_class %\}[a-z -]*\{% endblock %\}", "", text)
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|<kbd>.*?</kbd>", "", text)
    text = re.sub(r"<!--.*?-->|<[^>]*>", "", text, flags=re.DOTALL)
    if path.parent.name == "errors":
        text = text.replace(path.stem, "")
    assert not re.search(r"[A-Za-z]{2,}", text), text.strip()


def test_only_the_choice_of_devices_is_kept_in_the_browser() -> None:
    """SR-003: numbers and call configuration belong to the platform, not to the computer."""
    users = {path.name for path in SCRIPTS if "localStorage" in path.read_text()}
    assert users == {"devices.js"}


def test_icons_that_are_named_are_in_the_sprite() -> None:
    sprite = set(
        re.findall(r'<symbol id="([a-z-]+)"', (ROOT / "static/connect/icons.svg").read_text())
    )
    pages = "\n".join(path.read_text() for path in TEMPLATES)
    scripts = "\n".join(path.read_text() for path in SCRIPTS)
    named = set(re.findall(r'icon.html" with name="([a-z-]+)"', pages))
    named |= set(re.findall(r'\bicon: "([a-z-]+)"', scripts))
    assert named <= sprite
