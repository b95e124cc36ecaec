"""Names that people take for the same as `Night Shift`, and names nothing can have."""

SAME = [
    "Night Shift",
    "NIGHT shift",
    "  Night  Shift ",
    "Night\u00a0Shift",
    "Ｎｉｇｈｔ Ｓｈｉｆｔ",
]
NONE = ["", "   ", "x" * 128, "a\0b", "\ud800"]
