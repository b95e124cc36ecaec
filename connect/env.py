"""Read the house's settings from environment variables, in one way, with one kind of error.

Every variable of ours begins with ``CONNECT_``; callers pass the name without it.
An unset or empty variable means "use the default".
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

PREFIX = "CONNECT_"

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


class InvalidSettingError(ValueError):
    """A variable holds something we cannot read; the sentence names it and what it may hold."""

    code = "invalid_setting"

    def __init__(self, variable: str, value: str, expected: str) -> None:
        """Keep the sentence a person can act on; the value is shown as it was written."""
        super().__init__(f"{variable} is {value!r}: it must be {expected}.")
        self.variable = variable


def env_str(name: str, *, default: str = "") -> str:
    """The text of ``CONNECT_<name>``, with surrounding blanks taken off."""
    return os.environ.get(PREFIX + name, "").strip() or default


def env_bool(name: str, *, default: bool) -> bool:
    """1/true/yes/on or 0/false/no/off, in any case; anything else is `InvalidSettingError`."""
    text = env_str(name)
    if not text:
        return default
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise InvalidSettingError(PREFIX + name, text, "one of 1, true, yes, on, 0, false, no, off")


def env_int(name: str, *, default: int, minimum: int | None = None) -> int:
    """A whole number, not below `minimum` when one is given."""
    text = env_str(name)
    if not text:
        return default
    expected = "a whole number" if minimum is None else f"a whole number of at least {minimum}"
    try:
        number = int(text)
    except ValueError:
        raise InvalidSettingError(PREFIX + name, text, expected) from None
    if minimum is not None and number < minimum:
        raise InvalidSettingError(PREFIX + name, text, expected)
    return number


def env_list(name: str, *, default: tuple[str, ...] = ()) -> list[str]:
    """Comma-separated words; blanks around them and empty ones are dropped."""
    text = env_str(name)
    if not text:
        return list(default)
    return [word.strip() for word in text.split(",") if word.strip()]


def env_path(name: str, *, default: Path) -> Path:
    """A folder or file as an absolute path; ``~`` is the home folder."""
    text = env_str(name)
    return (Path(text).expanduser() if text else default).absolute()


def env_secret(name: str, *, folder: Path) -> str:
    """The secret ``CONNECT_<name>``, or the one kept in `folder`, made there on first use.

    The file is `<name>` in lower case with dashes.
    """
    return env_str(name) or kept_secret(folder / name.lower().replace("_", "-"))


def kept_secret(path: Path) -> str:
    """What the file says; made on first use, readable by its owner only.

    Two processes that start together agree: it appears whole, and the first one to link it wins.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _write_once(path, secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii").strip()


def _write_once(path: Path, secret: str) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secret + "\n")
    try:
        # A link, unlike a rename, never replaces what another process has just put there.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
