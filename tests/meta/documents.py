"""Reading the project's own documents: their tables, links and blocks of code."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"


def pages() -> list[Path]:
    """Every page for people: those beside the README and those in ``docs``."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "changelog.d").glob("*.md")])


class Block(NamedTuple):
    """A fenced block; ``after`` is the text that stands between it and the block before."""

    language: str
    text: str
    after: str


def blocks(page: Path) -> list[Block]:
    """All fenced blocks of a page, in order."""
    found, end = [], 0
    text = page.read_text()
    for match in re.finditer(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        found.append(Block(match[1], match[2], text[end : match.start()]))
        end = match.end()
    return found


def section(page: Path, heading: str) -> str:
    """The text under a heading, down to the next heading of the same or a higher level."""
    level = heading.split(" ", 1)[0]
    text = page.read_text()
    start = text.index(f"\n{heading}\n") + len(heading) + 2
    following = re.search(rf"^#{{1,{len(level)}}} ", text[start:], re.MULTILINE)
    return text[start : start + following.start()] if following else text[start:]


def table(text: str) -> list[dict[str, str]]:
    """The first table of a text: one dictionary for each row, by column heading, without backquotes."""
    after = text[text.index("| ") :] if text.startswith("| ") else text[text.index("\n| ") + 1 :]
    lines = after.split("\n\n", 1)[0].splitlines()
    head = _cells(lines[0])
    return [dict(zip(head, _cells(line), strict=True)) for line in lines[2:]]


def _cells(line: str) -> list[str]:
    return [cell.strip().strip("`") for cell in re.split(r"(?<=\s)\|(?=\s)", line.strip().strip("|"))]
