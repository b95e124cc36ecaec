"""Where and in which language an instance is at home: what there is to choose from."""

import zoneinfo
from functools import cache
from importlib.resources import files

import phonenumbers

# What prompts can be spoken in, by the name people look for.
LANGUAGES = {
    "af-ZA": "Afrikaans",
    "ar-SA": "Arabic",
    "bg-BG": "Bulgarian",
    "bn-BD": "Bengali",
    "ca-ES": "Catalan",
    "cs-CZ": "Czech",
    "cy-GB": "Welsh",
    "da-DK": "Danish",
    "de-AT": "German (Austria)",
    "de-CH": "German (Switzerland)",
    "de-DE": "German (Germany)",
    "el-GR": "Greek",
    "en-AU": "English (Australia)",
    "en-CA": "English (Canada)",
    "en-GB": "English (United Kingdom)",
    "en-IE": "English (Ireland)",
    "en-IN": "English (India)",
    "en-NZ": "English (New Zealand)",
    "en-US": "English (United States)",
    "en-ZA": "English (South Africa)",
    "es-ES": "Spanish (Spain)",
    "es-MX": "Spanish (Mexico)",
    "es-US": "Spanish (United States)",
    "et-EE": "Estonian",
    "eu-ES": "Basque",
    "fa-IR": "Persian",
    "fi-FI": "Finnish",
    "fr-BE": "French (Belgium)",
    "fr-CA": "French (Canada)",
    "fr-CH": "French (Switzerland)",
    "fr-FR": "French (France)",
    "ga-IE": "Irish",
    "he-IL": "Hebrew",
    "hi-IN": "Hindi",
    "hr-HR": "Croatian",
    "hu-HU": "Hungarian",
    "id-ID": "Indonesian",
    "is-IS": "Icelandic",
    "it-IT": "Italian",
    "ja-JP": "Japanese",
    "ko-KR": "Korean",
    "lt-LT": "Lithuanian",
    "lv-LV": "Latvian",
    "ms-MY": "Malay",
    "nb-NO": "Norwegian",
    "nl-BE": "Dutch (Belgium)",
    "nl-NL": "Dutch (Netherlands)",
    "pl-PL": "Polish",
    "pt-BR": "Portuguese (Brazil)",
    "pt-PT": "Portuguese (Portugal)",
    "ro-RO": "Romanian",
    "ru-RU": "Russian",
    "sk-SK": "Slovak",
    "sl-SI": "Slovenian",
    "sr-RS": "Serbian",
    "sv-SE": "Swedish",
    "sw-KE": "Swahili",
    "ta-IN": "Tamil",
    "tr-TR": "Turkish",
    "uk-UA": "Ukrainian",
    "ur-PK": "Urdu",
    "vi-VN": "Vietnamese",
    "zh-CN": "Chinese",
}
# Names that exist for old systems, or for no place at all.
_NO_PLACES = ("Etc/", "SystemV/", "US/", "posix/", "right/")


@cache
def countries() -> dict[str, str]:
    """English names by ISO code, in their order; only those that have telephone numbers."""
    table = (files("tzdata.zoneinfo") / "iso3166.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    found = {code: name for code, name in rows if code in phonenumbers.SUPPORTED_REGIONS}
    return dict(sorted(found.items(), key=lambda row: row[1]))


@cache
def time_zones() -> list[str]:
    """Every place there is a zone for, and UTC."""
    places = (name for name in zoneinfo.available_timezones() if "/" in name)
    return ["UTC", *sorted(name for name in places if not name.startswith(_NO_PLACES))]


@cache
def is_time_zone(name: str) -> bool:
    """More than is offered: what people have chosen elsewhere keeps working."""
    return name in zoneinfo.available_timezones()
