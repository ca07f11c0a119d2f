"""A histogram of counts in plain text: readable without colour, and without Unicode if need be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

DEFAULT_TOP: Final = 16
MIN_BAR: Final = 10
BLOCKS: Final = "▏▎▍▌▋▊▉█"
"""A cell filled to one to eight eighths."""


def histogram(
    counts: Mapping[str, int], *, width: int = 80, top: int = DEFAULT_TOP, unicode: bool = True
) -> Iterator[str]:
    """Lines of at most ``width`` columns: the ``top`` outcomes, most frequent first, then all others.

    An outcome too wide to stand beside its bar stands above it.
    """
    total = sum(counts.values())
    if total <= 0:
        yield "no counts"
        return
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    rows = ordered[:top]
    if len(ordered) > top:
        rest = ordered[top:]
        rows = [*rows, (f"{len(rest)} others", sum(count for _, count in rest))]
    label_width = max(len(label) for label, _ in rows)
    highest = max(count for _, count in rows)
    count_width = len(str(highest))
    bar_width = width - label_width - count_width - len("  0.0000  ") - 2
    is_beside = bar_width >= MIN_BAR
    if not is_beside:
        bar_width = max(MIN_BAR, width - count_width - len("  0.0000  ") - 2)
    for label, count in rows:
        drawn = _bar(count / highest, bar_width, unicode=unicode)
        numbers = f"{count / total:.4f}  {count:>{count_width}}"
        if is_beside:
            yield f"{label:>{label_width}}  {drawn}  {numbers}"
        else:
            yield from _folded(label, width)
            yield f"  {drawn}  {numbers}"


def _bar(share: float, width: int, *, unicode: bool) -> str:
    if not unicode:
        length = max(1, round(share * width)) if share > 0 else 0
        return f"{'#' * length:<{width}}"
    eighths = max(1, round(share * width * 8)) if share > 0 else 0
    whole, part = divmod(eighths, 8)
    return f"{'█' * whole + (BLOCKS[part - 1] if part else ''):<{width}}"


def _folded(label: str, width: int) -> Iterator[str]:
    for start in range(0, len(label), width):
        yield label[start : start + width]
