"""Associations between columns as a triangle of cells: sign, tenths and colour say the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.content import Content

from memisis_core.text import visible

LEGEND = "Each cell is the value in tenths with its sign, 10 as #; . is under 0.05, blank unknown"
_CELL = 2
_MOST_LABEL = 22


def heat_map(
    columns: Sequence[str], values: Mapping[tuple[int, int], float | None], width: int
) -> Content:
    """Return the lower triangle of a matrix.

    Parameters
    ----------
    columns : sequence of str
    values : mapping of (int, int) to float or None
        By the places of two columns, the lesser first; -1 to 1 (differences: -2 to 2).
    width : int
        Cells there are; columns for which there is no room are left out, and that is said.
    """
    names = [visible(name) for name in columns]
    label = min(max((Content(name).cell_length for name in names), default=0), _MOST_LABEL)
    fitting = max(min((width - label - 4) // _CELL, len(names) - 1), 1)
    lines = []
    for row, name in enumerate(names):
        cells = [_cell(values.get((column, row))) for column in range(min(row, fitting))]
        head = Content(name).truncate(label, ellipsis=True)
        head = head.pad_right(label - head.cell_length)
        lines.append(Content.assemble((f"{row + 1:>2} ", "$quiet"), head, " ", *cells))
    numbers = "".join(f"{column + 1:>{_CELL}}" for column in range(fitting))
    lines.append(Content.styled(" " * (label + 4) + numbers, "$quiet"))
    if fitting < len(names) - 1:
        lines.append(Content.styled("Wider, z for example, it shows all columns", "$quiet"))
    return Content("\n").join(lines)


def _cell(value: float | None) -> Content:
    if value is None:
        return Content(" " * _CELL)
    tenths = min(round(abs(value) * 10), 10)
    if not tenths:
        return Content.styled(" .", "$quiet")
    sign, colour = ("+", "$accent") if value > 0 else ("-", "$primary")
    digit = "#" if tenths == 10 else str(tenths)
    strong = "bold reverse" if tenths >= 5 else "bold" if tenths >= 2 else ""
    return Content.styled(f"{sign}{digit}", f"{strong} {colour}".strip())
