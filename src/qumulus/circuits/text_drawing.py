"""Circuits as text, in bands as wide as a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from qumulus.circuits.layout import Item, Layout


class Style(NamedTuple):
    """The characters of a drawing, all of width 1 but the boxes' own."""

    wire: str
    line: str
    crossing: str
    control: str
    open_control: str
    plus: str
    swap: str
    barrier: str
    reset: str


UNICODE: Final = Style("─", "│", "┼", "●", "○", "⊕", "✕", "░", "|0⟩")
ASCII: Final = Style("-", "|", "+", "@", "o", "X", "x", "#", "|0>")
_PLAIN: Final = str.maketrans({"π": "pi", "→": ">", "·": "*"})


def draw(layout: Layout, *, width: int = 80, style: Style = UNICODE) -> Iterator[str]:
    """Lines of at most ``width`` columns, as far as single labels allow it."""
    if not layout.qubits:
        yield "no qubits"
        return
    margin = max(map(len, layout.qubits)) + 2
    columns = [_column(column, style) for column in layout.columns]
    bands = list(_bands(columns, max(1, width - margin - 1)))
    for number, band in enumerate(bands):
        if number:
            yield ""
        yield from _band(layout.qubits, band, margin, style)
    if not layout.is_complete:
        yield "… and more that is not drawn" if style is UNICODE else "... and more that is not drawn"


class _Column(NamedTuple):
    """``cells`` of the wires by their number, and the wires above which a line goes down."""

    width: int
    cells: dict[int, str]
    joined: set[int]


def _column(items: Sequence[Item], style: Style) -> _Column:
    cells: dict[int, str] = {}
    joined: set[int] = set()
    for item in items:
        first, last = item.span
        if item.kind == "barrier":
            cells.update(dict.fromkeys(item.qubits, style.barrier))
            continue
        for wire in range(first, last + 1):
            cells[wire] = style.crossing
        joined.update(range(first, last))
        cells.update((control.qubit, _dot(control.state, style)) for control in item.controls)
        for position, qubit in enumerate(item.qubits):
            cells[qubit] = _cell(item, position, style)
    return _Column(max(map(len, cells.values())), cells, joined)


def _dot(state: int, style: Style) -> str:
    return style.control if state else style.open_control


def _cell(item: Item, position: int, style: Style) -> str:
    """What stands on one of the qubits that an operation acts on."""
    if item.kind == "reset":
        return style.reset
    if item.controls and item.label == "X":
        return style.plus
    if item.controls and item.label == "Z":
        return style.control
    if item.label == "SWAP":
        return style.swap
    label = item.label if style is UNICODE else item.label.translate(_PLAIN)
    return f"[{label}]" if len(item.qubits) == 1 else f"[{label}:{position}]"


def _bands(columns: Sequence[_Column], room: int) -> Iterator[list[_Column]]:
    """Columns that stand side by side in the width of the drawing; at least one each."""
    band: list[_Column] = []
    used = 0
    for column in columns:
        if band and used + column.width + 1 > room:
            yield band
            band, used = [], 0
        band.append(column)
        used += column.width + 1
    yield band


def _band(names: Sequence[str], band: Sequence[_Column], margin: int, style: Style) -> Iterator[str]:
    for wire, name in enumerate(names):
        line = f"{name}: ".rjust(margin) + style.wire
        for column in band:
            line += _centred(column.cells.get(wire, style.wire), column.width, style.wire) + style.wire
        yield line
        if wire + 1 < len(names):
            gaps = (
                _centred(style.line if wire in column.joined else " ", column.width, " ") for column in band
            )
            yield (" " * (margin + 1) + " ".join(gaps)).rstrip()


def _centred(text: str, width: int, filling: str) -> str:
    """The middle of the text over the middle of the column, so that lines meet."""
    left = width // 2 - len(text) // 2
    return filling * left + text + filling * (width - left - len(text))
