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
_DECLARATION: Final = re.compile(r"\s*<\?xml\s[^<>]*\?>")


def speakable(text: str, *, ssml: bool) -> tuple[str, bool]:
    """The text for a synthesiser, and whether it is markup.

    Markup that is not well-formed is words: better read out oddly than not at all.
    """
    words = _UNSPOKEN.sub(" ", text)
    markup = _cleaned(words) if ssml else None
    return (words, False) if markup is None else (markup, True)


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
    """Writes anew what may stay, in the order it is read; nothing recurses."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._open
        self._parser.EndElementHandler = self._close
        self._parser.CharacterDataHandler = self._words

    def read(self, markup: str) -> None:
        self._parser.Parse(markup, True)  # noqa: FBT003 - it takes no names

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        if name in TAGS:
            kept = (
                f' {key}="{value}"'
                for key, value in attributes.items()
                if key in TAGS[name] and _WORD_OR_AMOUNT.fullmatch(value)
            )
            self.parts.append(f"<{name}{''.join(kept)}{'/' if name in _EMPTY else ''}>")

    def _close(self, name: str) -> None:
        if name in TAGS and name not in _EMPTY:
            self.parts.append(f"</{name}>")

    def _words(self, text: str) -> None:
        self.parts.append(escape(_UNSPOKEN.sub(" ", text)))
