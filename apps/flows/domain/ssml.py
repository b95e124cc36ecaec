"""Markup of speech (SSML), as far as a synthesiser may see it.

Synthesisers obey more than pauses and pitch: eSpeak reads any file that `<audio src>` names, and
plain text may hold control characters that it takes for commands. What stands here changes the
voice and nothing else.
"""

import re
from collections.abc import Mapping
from typing import Final
from xml.parsers import expat
from xml.sax.saxutils import escape

TAGS: Final[Mapping[str, frozenset[str]]] = {
    "break": frozenset({"time", "strength"}),
    "emphasis": frozenset({"level"}),
    "p": frozenset(),
    "prosody": frozenset({"pitch", "rate", "volume"}),
    "s": frozenset(),
    "say-as": frozenset({"interpret-as", "format"}),
}
_EMPTY: Final = frozenset({"break"})
_WORD_OR_AMOUNT: Final = re.compile(
    r"[A-Za-z-]{1,20}|[+-]?(?:[0-9]{1,5}(?:\.[0-9]{1,3})?|\.[0-9]{1,3})(?:[A-Za-z]{1,2}|%)?"
)
_UNSPOKEN: Final = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_TIME: Final = re.compile(r"\+?([0-9]{1,5}(?:\.[0-9]{1,3})?|\.[0-9]{1,3})(ms|s)")
_BREAK: Final = re.compile(r'<break(?: time="([0-9]+m?s)")?[^>]*/>')
_TAG: Final = re.compile(r"<[^>]*>")
_UNTIMED_PAUSE: Final = 0.5  # seconds; about as long as eSpeak's
_LONGEST: Final = 99_999
_DECLARATION: Final = re.compile(r"\s*<\?xml\s[^<>]*\?>")


def speakable(text: str, *, ssml: bool) -> tuple[str, bool]:
    """The text for a synthesiser, and whether it is markup.

    Markup that is not well-formed is words: better read out oddly than not at all.
    """
    words = _UNSPOKEN.sub(" ", text)
    markup = _cleaned(words) if ssml else None
    return (words, False) if markup is None else (markup, True)


def pause_of(markup: str) -> float | None:
    """The seconds of silence that speakable markup is; None when it has words, or no break."""
    breaks = _BREAK.findall(markup)
    if not breaks or _TAG.sub("", markup).strip():
        return None
    times = (_milliseconds(time) for time in breaks)
    return sum(_UNTIMED_PAUSE if time is None else time / 1000 for time in times)


def _milliseconds(time: str) -> int | None:
    found = _TIME.fullmatch(time)
    return round(float(found[1]) * (1000 if found[2] == "s" else 1)) if found else None


def _written(milliseconds: int) -> str:
    """In whole seconds where it may be: no amount has more than five digits."""
    if milliseconds % 1000 and milliseconds < _LONGEST:
        return f"{milliseconds}ms"
    return f"{min(milliseconds // 1000, _LONGEST)}s"


def _cleaned(markup: str) -> str | None:
    """The markup with the tags and attributes of `TAGS` only; None when it is not well-formed.

    The root around it stands in for the one that exports may lack. It also makes a document type,
    and with it every entity of somebody's own, an error: it could only stand before the root.
    """
    cleaner = _Cleaner()
    try:
        cleaner.read(f"<speak>{_DECLARATION.sub('', markup, count=1)}</speak>")
    except expat.ExpatError:
        return None
    return f"<speak>{''.join(cleaner.parts)}</speak>"


class _Cleaner:
    """Writes anew what may stay, in the order it is read; nothing recurses.

    Pauses without a word between them become one as long as all: eSpeak makes only the longest.
    """

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._pause: tuple[int, int] | None = None  # where the last one stands, how long it is
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._open
        self._parser.EndElementHandler = self._close
        self._parser.CharacterDataHandler = self._words

    def read(self, markup: str) -> None:
        self._parser.Parse(markup, True)  # noqa: FBT003 - it takes no names

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        time = _milliseconds(attributes.get("time", "")) if name == "break" else None
        if time is not None:
            self._add_pause(time)
        elif name in TAGS:
            kept = (
                f' {key}="{value}"'
                for key, value in attributes.items()
                if key in TAGS[name] and _WORD_OR_AMOUNT.fullmatch(value)
            )
            self.parts.append(f"<{name}{''.join(kept)}{'/' if name in _EMPTY else ''}>")

    def _add_pause(self, milliseconds: int) -> None:
        place, before = self._pause or (len(self.parts), 0)
        self._pause = (place, before + milliseconds)
        self.parts[place : place + 1] = [f'<break time="{_written(self._pause[1])}"/>']

    def _close(self, name: str) -> None:
        if name in TAGS and name not in _EMPTY:
            self.parts.append(f"</{name}>")

    def _words(self, text: str) -> None:
        words = _UNSPOKEN.sub(" ", text)
        if not words.isspace():
            self._pause = None
        self.parts.append(escape(words))
