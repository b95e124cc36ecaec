"""What a text column can hold, whichever database it is in, and how names of things are written."""

import unicodedata


def is_storable(text: str) -> bool:
    """False for a NUL, which PostgreSQL refuses, and for half a character, which JSON can write."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def tidy_name(raw: str) -> str:
    """A name as it is kept: one Unicode form, no blanks around it and single ones inside."""
    return " ".join(unicodedata.normalize("NFKC", raw).split())


def name_key(raw: str) -> str:
    """Equal for names that people would take for the same."""
    return unicodedata.normalize("NFKC", tidy_name(raw).casefold())
