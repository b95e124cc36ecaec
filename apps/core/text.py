"""What a text column can hold, whichever database it is in."""


def is_storable(text: str) -> bool:
    """False for a NUL, which PostgreSQL refuses, and for half a character, which JSON can write."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text
