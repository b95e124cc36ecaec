"""Colours: every pair of the design system is legible, in both themes."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.domain

TOKENS = Path(__file__).parents[2] / "static/connect/css/tokens.css"
PAIR = re.compile(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
COLOURS = {
    name: {"light": light, "dark": dark} for name, light, dark in PAIR.findall(TOKENS.read_text())
}
STATES = (
    "available",
    "ringing",
    "connected",
    "hold",
    "acw",
    "missed",
    "monitoring",
    "away",
    "offline",
)
GROUNDS = ("panel", "page", "inset")
TEXT = [
    *((ink, ground) for ink in ("ink", "muted", "accent") for ground in GROUNDS),
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    ("on-danger", "danger"),
    *((f"{state}-on", state) for state in STATES),
    *((f"{state}-text", f"{state}-tint") for state in STATES),
]
OUTLINES = [
    *((line, ground) for line in ("control", "focus") for ground in GROUNDS),
    ("danger", "panel"),
]


def _light(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_light(one), _light(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_wcag_defines_it() -> None:
    assert _contrast("#000000", "#ffffff") == pytest.approx(21)
    assert _contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "ground"), TEXT)
def test_text_reaches_four_and_a_half(front: str, ground: str, theme: str) -> None:
    assert _contrast(COLOURS[front][theme], COLOURS[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "ground"), OUTLINES)
def test_outlines_of_controls_reach_three(front: str, ground: str, theme: str) -> None:
    assert _contrast(COLOURS[front][theme], COLOURS[ground][theme]) >= 3.0


def test_every_colour_that_is_used_is_a_token() -> None:
    known = set(re.findall(r"--([a-z0-9-]+):", TOKENS.read_text()))
    for sheet in TOKENS.parent.glob("*.css"):
        text = sheet.read_text()
        local = set(re.findall(r"--([a-z0-9-]+):", text))
        used = set(re.findall(r"var\(--([a-z0-9-]+)\)", text))
        assert used <= known | local, f"{sheet.name} uses colours that do not exist"
