"""Bars and intervals drawn with characters that stay apart without colour, and in ASCII."""

from __future__ import annotations

from textual.content import Content

from memisis_core.text import visible

REAL, SYNTHETIC = "█", "━"
"""The bar of real patients and that of synthetic ones."""
REAL_STYLE, SYNTHETIC_STYLE = "$secondary", "$accent"
_EIGHTHS = " ▏▎▍▌▋▊▉"
_MOST_LABEL = 0.4


def paired_bars(rows: list[tuple[str, float, float]], width: int) -> Content:
    """Return two bars a row, real above synthetic, all on one scale.

    Parameters
    ----------
    rows : list of (str, float, float)
        Label, real and synthetic value, 0 or more.
    width : int
        Cells there are.
    """
    labels = _label_width([label for label, _, _ in rows], width)
    room = max(width - labels - 2, 4)
    most = max((max(real, synthetic) for _, real, synthetic in rows), default=0.0) or 1.0
    lines = []
    for label, real, synthetic in rows:
        head = Content(_cut(label, labels)).pad_right(labels - len_of(_cut(label, labels)))
        lines.append(Content.assemble(head, "  ", (real_bar(real / most * room), REAL_STYLE)))
        cells = round(synthetic / most * room)
        bar = SYNTHETIC * cells or ("╴" if synthetic > 0 else "")
        lines.append(Content.assemble(" " * (labels + 2), (bar, SYNTHETIC_STYLE)))
    return Content("\n").join(lines)


def real_bar(cells: float) -> str:
    """Return a bar of so many cells, exact to an eighth."""
    whole, eighth = divmod(round(cells * 8), 8)
    return REAL * whole + (_EIGHTHS[eighth] if eighth else "")


def intervals(
    rows: list[tuple[str, float | None, tuple[float, float] | None, float | None]],
    limits: tuple[float, float],
    width: int,
) -> Content:
    """Return one line a row: ``├──●──┤`` with the real value as ``┼``.

    Parameters
    ----------
    rows : list of (str, float or None, pair or None, float or None)
        Label, value, its interval, real value; a row without a value says so.
    limits : pair of float
        Ends of the scale.
    width : int
        Cells there are.
    """
    labels = _label_width([row[0] for row in rows], width)
    room = max(width - labels - 2, 10)
    low, high = limits
    span = (high - low) or 1.0

    def place(value: float) -> int:
        return min(max(round((value - low) / span * (room - 1)), 0), room - 1)

    lines = []
    for label, value, interval, real in rows:
        head = Content(_cut(label, labels)).pad_right(labels - len_of(_cut(label, labels)))
        if value is None:
            lines.append(Content.assemble(head, "  ", ("· not enough patients", "$quiet")))
            continue
        track = [" "] * room
        if interval is not None:
            start, end = place(interval[0]), place(interval[1])
            track[start : end + 1] = "─" * (end + 1 - start)
            track[start], track[end] = "├", "┤"
        if real is not None:
            track[place(real)] = "┼"
        track[place(value)] = "●"
        lines.append(Content.assemble(head, "  ", ("".join(track), SYNTHETIC_STYLE)))
    return Content("\n").join([*lines, _scale(low, high, labels + 2, room)])


def len_of(text: str) -> int:
    """Return the cells that a text takes."""
    return Content(text).cell_length


def _scale(low: float, high: float, margin: int, room: int) -> Content:
    left, right = f"{low:.3g}", f"{high:.3g}"
    gap = max(room - len(left) - len(right), 1)
    return Content.styled(" " * margin + left + " " * gap + right, "$quiet")


def _label_width(labels: list[str], width: int) -> int:
    longest = max((len_of(visible(label)) for label in labels), default=0)
    return min(longest, max(int(width * _MOST_LABEL), 6))


def _cut(label: str, cells: int) -> str:
    return Content(visible(label)).truncate(cells, ellipsis=True).plain
