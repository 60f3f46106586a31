"""How commands print: one JSON document or plain tables on standard output, the rest on error."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from memisis_core.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from memisis_core.evaluation.metric import Metric


def print_json(document: object) -> None:
    """Print one JSON document, and nothing else, on standard output."""
    json.dump(document, sys.stdout, indent=1, ensure_ascii=False, allow_nan=False)
    sys.stdout.write("\n")
    sys.stdout.flush()


def say(text: str) -> None:
    """Print one line on standard error."""
    print(visible(text), file=sys.stderr)  # noqa: T201


def print_lines(lines: Iterable[str]) -> None:
    """Print lines of text on standard output, control characters made visible."""
    for line in lines:
        sys.stdout.write(f"{visible(line)}\n")


def print_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print an aligned table on standard output; columns after the first are right-aligned."""
    from rich.cells import cell_len

    cells = [[visible(cell) for cell in row] for row in (header, *rows)]
    widths = [max(cell_len(row[i]) for row in cells) for i in range(len(header))]

    def padded(cell: str, position: int) -> str:
        space = " " * (widths[position] - cell_len(cell))
        return cell + space if position == 0 else space + cell

    for row in cells:
        line = "  ".join(padded(cell, i) for i, cell in enumerate(row)).rstrip()
        sys.stdout.write(f"{line}\n")


def value_text(metric: Metric) -> str:
    """Return a metric's value rounded to its uncertainty, or what stands in its place."""
    if metric.value is None:
        return {"not_applicable": "n.a.", "insufficient_data": "few", "failed": "failed"}.get(
            metric.status.value, "-"
        )
    if metric.ci is None:
        return f"{metric.value:.3f}"
    half = (metric.ci[1] - metric.ci[0]) / 2
    digits = 2 if half >= 0.05 else 3
    return f"{metric.value:.{digits}f} ±{half:.{digits}f}"


def number_text(value: float | None) -> str:
    """Return a plain number, or a dash for none."""
    return "-" if value is None else f"{value:.3f}"


def as_json(metrics: Iterable[Metric]) -> list[dict[str, Any]]:
    """Return metrics as the contract's METRIC objects."""
    return [metric.model_dump(mode="json") for metric in metrics]
