"""Markup of strangers: only what changes the voice comes through to a synthesiser (T-08)."""

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.flows.domain.ssml import TAGS, pause_of, speakable

pytestmark = pytest.mark.domain

OFTEN = settings(max_examples=150, derandomize=True, database=None)


@pytest.mark.parametrize(
    "markup",
    [
        '<speak>You are on hold.<break time="10s"/></speak>',
        '<speak>Call <say-as interpret-as="telephone">+49 30 1</say-as>.</speak>',
        '<speak><p><s>One</s><s>Two</s></p><emphasis level="strong">now</emphasis></speak>',
        '<speak><prosody rate="+10.5%" pitch="-2st" volume="x-loud">Slowly</prosody></speak>',
        "<speak>Tom &amp; Jerry, 1 &lt; 2</speak>",
    ],
)
def test_what_changes_the_voice_stays_as_it_was_written(markup: str) -> None:
    assert speakable(markup, ssml=True) == (markup, True)


@pytest.mark.parametrize(
    ("markup", "left"),
    [
        ("Welcome to ACME", "Welcome to ACME"),
        ('<audio src="/etc/passwd"/>', ""),
        ('a<audio src="/etc/passwd">b</audio>c', "abc"),
        ('<voice name="../../etc/passwd">a</voice>', "a"),
        ('<mark name="x"/><sub alias="b">a</sub><phoneme alphabet="ipa" ph="b">a</phoneme>', "aa"),
        ('<amazon:effect name="whispered">a</amazon:effect>', "a"),
        ('<p src="/etc/passwd" xml:lang="../x">a</p>', "<p>a</p>"),
        ('<break time="/etc/passwd"/><break time="1s&#10;"/>', "<break/><break/>"),
        ('<break time="1s&quot;"/>', "<break/>"),
        ('<prosody rate="99999999999%">a</prosody>', "<prosody>a</prosody>"),
        ("<break>a</break>", "<break/>a"),
        ("<![CDATA[<audio/>]]><!-- <audio/> --><?audio x?>", "&lt;audio/&gt;"),
        ("&lt;audio/&gt; &#60;p&#62;", "&lt;audio/&gt; &lt;p&gt;"),
        ("&amp;lt;audio/&amp;gt;", "&amp;lt;audio/&amp;gt;"),
        ('<?xml version="1.0" encoding="utf-16"?>\n<speak xml:lang="en-US">a</speak>', "\na"),
        ("a&#127;&#133;b\x01\0\ud800c", "a  b   c"),
    ],
)  # fmt: skip
def test_of_everything_else_only_the_words_stay(markup: str, left: str) -> None:
    assert speakable(markup, ssml=True) == (f"<speak>{left}</speak>", True)


@pytest.mark.parametrize(
    ("markup", "left"),
    [
        ('<break time="5s"/> <break time="5000ms"/>', '<break time="10s"/> '),
        ('<break time="1.5s"/>', '<break time="1500ms"/>'),
        ('<s>a<break time="1s"/></s><s><break time="+.5s"/>b</s>',
         '<s>a<break time="1500ms"/></s><s>b</s>'),
        ('<break time="1s"/>a<break time="1s"/>', '<break time="1s"/>a<break time="1s"/>'),
        ('<break time="1s"/><break/><break time="2s"/>', '<break time="3s"/><break/>'),
        ('<break time="99999.999s"/><break time="99999s"/>', '<break time="99999s"/>'),
        (f'<break time="{"1" * 100_000}"/>', "<break/>"),
    ],
)  # fmt: skip
def test_pauses_without_a_word_between_them_add_up(markup: str, left: str) -> None:
    assert speakable(markup, ssml=True) == (f"<speak>{left}</speak>", True)


@pytest.mark.parametrize(
    ("markup", "seconds"),
    [
        ('<break time="5000ms"/>' * 12, 60),
        ('<p><break time="1s"/></p>\n<s><break strength="weak"/><break time="250ms"/></s>', 1.75),
        ('<break time="1s"/>.', None),
        ('a<break time="1s"/>', None),
        ("<p> </p>", None),
        ("", None),
    ],
)
def test_markup_of_pauses_only_is_that_much_silence(markup: str, seconds: float | None) -> None:
    spoken, _ = speakable(markup, ssml=True)
    assert pause_of(spoken) == seconds


@pytest.mark.parametrize(
    "markup",
    [
        "<speak>Tom & Jerry</speak>",
        "<p>a",
        "a &nbsp; b",
        "<",
        "</speak><speak>",
        '</speak><audio src="/etc/passwd"/><speak>',
        '<!DOCTYPE s [<!ENTITY f SYSTEM "file:///etc/passwd">]><speak>&f;</speak>',
        '<?xml version="1.0"?><!DOCTYPE s SYSTEM "http://127.0.0.1/x"><speak>a</speak>',
    ],
)
def test_markup_that_is_not_well_formed_is_words(markup: str) -> None:
    assert speakable(markup, ssml=True) == (markup, False)


def test_texts_that_grow_without_end_are_words() -> None:
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE s [<!ENTITY a0 "ha">{laughs}]><speak>&a9;</speak>'
    assert speakable(bomb, ssml=True) == (bomb, False)


def test_very_deep_markup_is_no_trouble() -> None:
    deep = "<p>" * 50_000 + "</p>" * 50_000
    assert speakable(deep, ssml=True) == (f"<speak>{deep}</speak>", True)


def test_control_characters_are_no_words_either() -> None:
    """eSpeak takes \\x01 in plain text for the beginning of a command."""
    assert speakable("a\x01 1U\0b\ud800\n<p>", ssml=False) == ("a  1U b \n<p>", False)


_WORDS = st.text(max_size=12) | st.sampled_from(
    ["&", "<", "]]>", "\x01", "\ud800", "&amp;", "&#1;"]
)
_NAMES = st.sampled_from([*TAGS, "speak", "audio", "voice", "mark", "sub", "tts:style", "P", "a"])
_ATTRIBUTES = st.dictionaries(
    st.sampled_from(["src", "time", "rate", "level", "name", "xml:lang", "interpret-as", "xmlns"]),
    st.sampled_from(["/etc/passwd", "1s", "x-slow", "-5%", '"', "'", ">", "1\n"]) | _WORDS,
    max_size=3,
)


@st.composite
def _tags(draw: st.DrawFn) -> str:
    quote = draw(st.sampled_from(["'", '"', ""]))
    attributes = draw(_ATTRIBUTES)
    written = "".join(f" {key}={quote}{value}{quote}" for key, value in attributes.items())
    start, end = draw(
        st.sampled_from([("<", ">"), ("<", "/>"), ("</", ">"), ("<!", ">"), ("<?", "?>")])
    )
    return f"{start}{draw(_NAMES)}{written}{end}"


@st.composite
def _well_formed(draw: st.DrawFn, depth: int = 3) -> str:
    """A tree of tags; what is inside it may be anything that XML allows."""
    root = ET.Element(draw(_NAMES.filter(lambda name: ":" not in name)))
    waiting = [(root, depth)]
    safe = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs", "Cn"]), max_size=8)
    while waiting:
        element, below = waiting.pop()
        element.text, element.tail = draw(safe), draw(safe)
        element.set(draw(st.sampled_from(["src", "time", "rate"])), draw(safe))
        waiting.extend(
            (ET.SubElement(element, draw(st.sampled_from(["p", "audio"]))), below - 1)
            for _ in range(draw(st.integers(0, 2)) if below else 0)
        )
    root.tail = None
    return ET.tostring(root, encoding="unicode")


def check_harmless(spoken: str) -> None:
    """Judged by another parser: nothing but the allowed tags, with words or amounts in them."""
    root = ET.fromstring(spoken)  # noqa: S314 - it was just written anew
    assert (root.tag, root.attrib) == ("speak", {})
    for element in list(root.iter())[1:]:
        assert element.attrib.keys() <= TAGS[element.tag]
        assert all(
            re.fullmatch(r"[A-Za-z0-9+.%-]{1,20}", value) for value in element.attrib.values()
        )


@OFTEN
@given(st.lists(_tags() | _WORDS, max_size=12).map("".join))
def test_nothing_but_the_allowed_tags_comes_out_of_anything(markup: str) -> None:
    spoken, is_markup = speakable(markup, ssml=True)
    assert not re.search(r"[\0-\x08\x7f\ud800-\udfff]", spoken)
    if is_markup:
        check_harmless(spoken)


@OFTEN
@given(_well_formed())
def test_well_formed_markup_keeps_every_word(markup: str) -> None:
    spoken, is_markup = speakable(markup, ssml=True)
    assert is_markup
    check_harmless(spoken)
    said, written = ("".join(ET.fromstring(text).itertext()) for text in (spoken, markup))  # noqa: S314
    assert said == re.sub(r"[\x7f-\x9f\ufffe\uffff]", " ", written)


@OFTEN
@given(st.lists(_tags() | _WORDS, max_size=12).map("".join), st.booleans())
def test_what_was_made_speakable_once_stays_as_it_is(text: str, ssml: bool) -> None:
    spoken, is_markup = speakable(text, ssml=ssml)
    assert speakable(spoken, ssml=is_markup) == (spoken, is_markup)
