"""Built-in sounds as assets, made at first use."""

from pathlib import Path

from apps.media.assets import AssetError, has_asset, write_frames
from apps.media.tones import synthesise, tone_names

FOLDER = "builtin"


def builtin_asset(folder: Path, name: str) -> str:
    """The key of a sound made from nothing; raises AssetError for a name there is none of."""
    if name not in tone_names():
        raise AssetError(f"there is no tone named {name!r}")
    key = f"{FOLDER}/{name}"
    if not has_asset(folder, key):
        write_frames(folder, key, synthesise(name), seamless=True)
    return key
