"""One resolver for every reference."""

import pytest

from apps.flows.domain import paths

pytestmark = pytest.mark.domain

VALUES = {
    "Attributes": {"name": "Ann", "a b": "space", "x.y": "dotted", "nul": None},
    "External": {"list": [{"id": 7}, "two"], "yes": True, "half": 0.5, "whole": 3.0},
    "Media": {"Sip": {"Headers": {"P-Charge-Info": "free"}}},
    "Channel": "VOICE",
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("$.Channel", "VOICE"),
        ("$.Attributes.name", "Ann"),
        ("$.Attributes['a b']", "space"),
        ("$.Attributes.['a b']", "space"),
        ('$.Attributes["a b"]', "space"),
        ("$['Attributes']['name']", "Ann"),
        ("$.Attributes.x.y", "dotted"),
        ("$.External.list[0].id", 7),
        ("$.External.list[1]", "two"),
        ("$.Media.Sip.Headers.P-Charge-Info", "free"),
        ("$.External.list[2]", None),
        ("$.External.list.id", None),
        ("$.Attributes.none", None),
        ("$.Nothing.at.all", None),
        ("$.Channel.deeper", None),
        ("$.Channel[0]", None),
    ],
)
def test_a_reference_names_a_value_or_nothing(path: str, value: object) -> None:
    assert paths.is_path(path)
    assert paths.resolve(path, VALUES) == value


@pytest.mark.parametrize(
    "text", ["", "$", "$.", "$x", "name", "$.a.", "$.a b", "$.*", "$..a", "$[0]"]
)
def test_anything_else_is_no_reference(text: str) -> None:
    assert not paths.is_path(text)


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Hello $.Attributes.name.", "Hello Ann."),
        ("$.Attributes.name, $.Channel!", "Ann, VOICE!"),
        ("It costs $5", "It costs $5"),
        ("[$.Attributes.none]", "[]"),
        ("$.Attributes.nul", ""),
        ("$.External.yes $.External.half $.External.whole", "true 0.5 3"),
        ("$.External.list", '[{"id": 7}, "two"]'),
        ("$.Attributes['a b']s", "spaces"),
    ],
)
def test_free_text_is_filled_and_a_missing_path_is_empty(text: str, spoken: str) -> None:
    assert paths.fill(text, lambda path: paths.resolve(path, VALUES)) == spoken


@pytest.mark.parametrize(
    ("markup", "filled"),
    [
        ("<p>$.Attributes.who</p>", "<p>Tom &amp; Jerry</p>"),
        ("$.Attributes.all", "<speak>Hi</speak>"),
        ("<break time='$.Attributes.out'/>", "<break time='1s&apos;/&gt;&quot;'/>"),
    ],
)
def test_a_value_filled_into_markup_is_no_markup_unless_it_is_all_of_it(
    markup: str, filled: str
) -> None:
    """T-08; a flow that plays one reference as SSML says that its value is markup."""
    values = {"Attributes": {"who": "Tom & Jerry", "all": "<speak>Hi</speak>", "out": "1s'/>\""}}

    def look(path: str) -> object:
        return paths.resolve(path, values)

    assert paths.fill_markup(markup, look) == filled
