"""How far the associations between columns are off: a heat map a run, and one for chance alone."""

from __future__ import annotations

from collections.abc import Callable

from memisis_core.evaluation.plot_data import AssociationPair, Associations
from memisis_core.report.plots.drawing import INK, PAPER, QUIET, Drawing, run_colour, shortened
from memisis_core.report.plots.figure import (
    Figure,
    PlotSection,
    PlotTable,
    PlottedRun,
    PlottedRuns,
)

_NAMES, _TOP, _LEGEND = 126.0, 30.0, 42.0
_SIDE = 320.0
_LARGEST_CELL, _SMALLEST_CELL_SIDE = 26.0, 10.0
_WARM, _COLD = (213, 94, 0), (0, 114, 178)
"""Vermillion: stronger or more positive than in the training data; blue: weaker or less."""
_UNKNOWN = "#f0f0f0"

Value = Callable[[AssociationPair], float | None]


def section(runs: PlottedRuns) -> PlotSection:
    """Return one figure: differences of each run, and of the real holdout beside them."""
    known = [run for run in runs.runs if run.plots and run.plots.associations]
    return PlotSection(
        title="Associations between columns",
        text=(
            "Association in the synthetic data minus that in the training data, for every pair of "
            "columns (Spearman’s correlation; for words the correlation ratio of ranks or "
            "Cramér’s V). The map of chance is the real holdout minus the training data: what "
            "another sample of the same patients changes. Only what stands out from it is the "
            "synthesizer’s doing."
        ),
        figures=(_figure(known),) if known else (),
        missing=tuple(
            f"{run.name}: {run.plots.absent['associations']}"
            for run in runs.runs
            if run.plots and "associations" in run.plots.absent
        ),
    )


def _figure(runs: list[PlottedRun]) -> Figure:
    found = [(run, _of(run)) for run in runs]
    largest = max(
        (abs(v) for _, one in found for p in one.pairs for v in (p.difference, p.chance) if v),
        default=0.0,
    )
    scale = next((bound for bound in (0.1, 0.2, 0.3, 0.5, 0.7, 1.0) if largest <= bound), 2.0)
    panels = [
        _map(one, _difference, scale, f"{run.title}: synthetic − training", run.place)
        for run, one in found
    ]
    panels.append(_map(found[0][1], _chance, scale, "chance: real holdout − training", None))
    left_out = found[0][1].left_out
    note = f"the {left_out} columns that differ least are left out" if left_out else ""
    return Figure(
        title="Differences of association",
        note=note,
        panels=tuple(panels),
        table=_table(found),
    )


def _of(run: PlottedRun) -> Associations:
    assert run.plots is not None and run.plots.associations is not None, "only such runs come here"
    return run.plots.associations


def _difference(pair: AssociationPair) -> float | None:
    return pair.difference


def _chance(pair: AssociationPair) -> float | None:
    return pair.chance


def _map(found: Associations, value: Value, scale: float, title: str, place: int | None) -> str:
    names = found.columns
    cell = min(max(_SIDE / len(names), _SMALLEST_CELL_SIDE), _LARGEST_CELL)
    side = cell * len(names)
    width = max(_NAMES + side, 300.0)
    drawing = Drawing(width, _TOP + side + _LEGEND, _described(found, value, title))
    colour = INK if place is None else run_colour(place)
    drawing.text(0, 12, title, bold=True, colour=colour, room=width)
    size = min(10.0, cell)
    for i, name in enumerate(names):
        y = _TOP + i * cell
        drawing.text(_NAMES - 5, y + cell / 2 + 3.5, name, anchor="end", size=size, room=_NAMES - 6)
        if i + 1 < len(names):  # the diagonal has no cell: the column's number stands there
            drawing.text(
                _NAMES + (i + 0.5) * cell,
                y + cell / 2 + 3.5,
                shortened(name, side - i * cell - cell, size) if i < len(names) - 3 else "",
                size=size,
                colour=QUIET,
            )
    for pair in found.pairs:
        x, y = _NAMES + pair.first * cell, _TOP + pair.second * cell
        known = value(pair)
        tip = f"{names[pair.first]} × {names[pair.second]}: {_signed(known)}"
        fill = _UNKNOWN if known is None else _colour(known / scale)
        drawing.rectangle(x, y, cell - 1, cell - 1, fill, tip=tip)
    _legend(drawing, _TOP + side + 14, scale)
    return drawing.svg()


def _legend(drawing: Drawing, y: float, scale: float) -> None:
    steps = 21
    width = 150.0 / steps
    for i in range(steps):
        share = 2 * i / (steps - 1) - 1
        drawing.rectangle(_NAMES + i * width, y, width + 0.5, 10, _colour(share))
    for share, anchor in ((-1, "start"), (0, "middle"), (1, "end")):
        text = "0" if share == 0 else f"{share * scale:+g}".replace("-", "−")
        drawing.text(_NAMES + 75 * (share + 1), y + 23, text, size=10, anchor=anchor)


def _colour(share: float) -> str:
    """Return white at 0, vermillion at 1 and blue at -1."""
    strength = min(abs(share), 1.0)
    target = _WARM if share > 0 else _COLD
    if not strength:
        return PAPER
    mixed = (round(255 + (part - 255) * strength) for part in target)
    return "#" + "".join(f"{part:02x}" for part in mixed)


def _described(found: Associations, value: Value, title: str) -> str:
    known = [(abs(v), pair) for pair in found.pairs if (v := value(pair)) is not None]
    if not known:
        return f"{title}: no association is known"
    size, pair = max(known, key=lambda one: one[0])
    mean = sum(one[0] for one in known) / len(known)
    names = f"{found.columns[pair.first]} × {found.columns[pair.second]}"
    return (
        f"{title}: over {len(known)} pairs the mean absolute difference is {mean:.3f}, "
        f"the largest {size:.2f}, at {names}"
    )


def _table(found: list[tuple[PlottedRun, Associations]]) -> PlotTable:
    """Return all pairs of all runs, the largest difference first."""
    by_run = [
        {(one.columns[p.first], one.columns[p.second]): p for p in one.pairs} for _, one in found
    ]
    pairs = dict.fromkeys(pair for known in by_run for pair in known)

    def largest(pair: tuple[str, str]) -> float:
        return max(abs(known[pair].difference or 0.0) for known in by_run if pair in known)

    rows = []
    for pair in sorted(pairs, key=largest, reverse=True):
        known = [pairs_of.get(pair) for pairs_of in by_run]
        first = next(p for p in known if p is not None)
        rows.append(
            (
                f"{pair[0]} × {pair[1]}",
                _signed(first.real),
                _signed(first.chance),
                *("–" if p is None else _signed(p.difference) for p in known),
            )
        )
    header = ("columns", "training", "chance", *(f"{run.name} − training" for run, _ in found))
    return PlotTable(header, tuple(rows))


def _signed(value: float | None) -> str:
    return "unknown" if value is None else f"{value:+.2f}".replace("-", "−")
