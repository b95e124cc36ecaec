"""docs/benchmarks.md: between a part's markers writes the bench, the rest is people's."""

from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"
BEGIN, END = "<!-- measured: {part} -->", "<!-- end of {part} -->"


def write(part: str, lines: list[str]) -> None:
    """Replace what was measured of this part before; the others stay as they are."""
    text = PAGE.read_text()
    begin, end = BEGIN.format(part=part), END.format(part=part)
    before, begun, rest = text.partition(begin)
    _, ended, after = rest.partition(end)
    if not begun or not ended:
        raise ValueError(f"{PAGE.name} has lost its markers of {part}")
    body = "\n".join(lines)
    PAGE.write_text(f"{before}{begin}\n\n{body}\n\n{end}{after}")
