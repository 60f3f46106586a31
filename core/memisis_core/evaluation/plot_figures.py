"""Computes what the plots of a run show, in its worker; see `memisis_core.evaluation.plot_data`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from memisis_core.data.schema import Column, ColumnKind
from memisis_core.errors import Cancelled
from memisis_core.evaluation.context import EvaluationContext
from memisis_core.evaluation.encoding import (
    MISSING_CODE,
    ColumnEncoding,
    EncodedTables,
    encoded,
    level_text,
)
from memisis_core.evaluation.fairness.groups import Grouping, groupings
from memisis_core.evaluation.fidelity.association_strength import (
    Association,
    association_strengths,
)
from memisis_core.evaluation.metric import Metric, Status
from memisis_core.evaluation.plot_bins import (
    Grid,
    Tally,
    binned,
    date_grid,
    in_order,
    most_frequent,
    number_grid,
)
from memisis_core.evaluation.plot_data import (
    SMALLEST_CELL,
    AssociationPair,
    Associations,
    AttackCurve,
    Cell,
    Distribution,
    GroupPanel,
    GroupValue,
    Kind,
    PlotSet,
    RocPoint,
)
from memisis_core.evaluation.privacy.attack_roc import curve_points
from memisis_core.evaluation.privacy.membership import (
    DENSITY_AUC,
    MEMBERSHIP_AUC,
    membership_attacks,
)

Floats = NDArray[np.float64]
Made = TypeVar("Made")

MOST_COLUMNS = 24
"""Columns of the heat map; cells of more could not be read."""
_MOST_ORDERED_LEVELS = 20
"""An ordinal of numbers with more levels is drawn in bins."""
_FALSE_ALARMS = np.linspace(0.0, 1.0, 51)
_SHARE_DIGITS = 4
_VAGUE_DIGITS = 3
"""Digits of shares where more would let the number of missing values be worked out."""
_GROUP_MEASURES = (
    ("fairness.selection_rate", 1.0),
    ("fairness.tpr", 1.0),
    ("fairness.fpr", 1.0),
    ("fairness.group_mae", None),
)


def plots_of(
    context: EvaluationContext,
    metrics: Sequence[Metric],
    said: Callable[[Exception], str] = str,
) -> PlotSet:
    """Return the data of all plots of an evaluated run.

    Parameters
    ----------
    context : EvaluationContext
        After the evaluation: what families shared is used again.
    metrics : sequence of Metric
        The run's measures.
    said : callable
        Returns an error as text without values; the text stands in `PlotSet.absent`.

    Raises
    ------
    Cancelled
        If a person asked to stop. Any other failure of one kind of plot leaves the others.
    """
    absent: dict[Kind, str] = {}

    def made(kind: Kind, make: Callable[[], Made]) -> Made | None:
        context.checkpoint()
        try:
            return make()
        except (Cancelled, MemoryError, KeyboardInterrupt):
            raise
        except Exception as error:  # noqa: BLE001 (one plot must not take the others with it)
            absent[kind] = f"the plot could not be computed: {said(error)}"
            return None

    distributions = made("distributions", lambda: tuple(_distributions(encoded(context))))
    associations = made("associations", lambda: associations_of(encoded(context)))
    attacks = made("attacks", lambda: _attacks(context, metrics))
    groups = made("groups", lambda: tuple(_panels(context, metrics)))
    if associations is None:
        absent.setdefault("associations", "fewer than two columns can be associated")
    if not attacks:
        absent.setdefault("attacks", _why(metrics, MEMBERSHIP_AUC.id))
    if not groups:
        absent.setdefault("groups", _why(metrics, "fairness.tpr", "fairness.group_mae"))
    return PlotSet(
        distributions=distributions or (),
        associations=associations,
        attacks=attacks or (),
        groups=groups or (),
        absent=absent,
    )


def _why(metrics: Sequence[Metric], *measures: str) -> str:
    reasons = [metric.why for metric in metrics if metric.id in measures and metric.why]
    return reasons[0] if reasons else "it was not measured"


# Distributions.


def _distributions(tables: EncodedTables) -> Iterator[Distribution]:
    for i, known in enumerate(tables.encoding.columns):
        if not known.free_form:
            yield _distribution(tables, i, known)


def _distribution(tables: EncodedTables, place: int, known: ColumnEncoding) -> Distribution:
    real, synthetic = tables.train, tables.synthetic
    if _is_binned(known):
        values = real.numbers[:, place], synthetic.numbers[:, place]
        present = ~np.isnan(values[0]), ~np.isnan(values[1])
        step, cells = _bins(known.column, values[0][present[0]], values[1][present[1]])
    else:
        codes = real.codes[:, place], synthetic.codes[:, place]
        present = codes[0] != MISSING_CODE, codes[1] != MISSING_CODE
        step, cells = None, _levels(known, codes[0][present[0]], codes[1][present[1]])
    n, m = int(present[0].sum()), int(present[1].sum())
    few = n < SMALLEST_CELL or 0 < len(real) - n < SMALLEST_CELL
    digits = _VAGUE_DIGITS if few else _SHARE_DIGITS
    return Distribution(
        column=known.column.name,
        unit=known.column.unit,
        form="bins" if step is not None else "ordered" if known.ordered else "levels",
        dates=known.column.kind is ColumnKind.DATE,
        step=step,
        cells=() if n < SMALLEST_CELL else tuple(_cell(cell, n, m, digits) for cell in cells),
        real_rows=None if few else n,
        synthetic_rows=m,
        real_missing=None if few else _share(len(real) - n, len(real), _SHARE_DIGITS),
        synthetic_missing=_share(len(synthetic) - m, len(synthetic), _SHARE_DIGITS),
        measure="fidelity.tv" if known.discrete else "fidelity.ks",
    )


def _is_binned(known: ColumnEncoding) -> bool:
    """Tell whether a column is drawn in bins: numbers, dates, and scales of many numbers."""
    if known.levels is None:
        return True
    return known.levels.dtype == np.float64 and len(known.levels) > _MOST_ORDERED_LEVELS


def _bins(column: Column, real: Floats, synthetic: Floats) -> tuple[float, list[Tally]]:
    if not len(real):
        return 1.0, []
    grid = date_grid(real) if column.kind is ColumnKind.DATE else _number_grid(column, real)
    cells = binned(grid, real, synthetic)
    for cell in cells:
        cell.names = [grid.label(cell.low, cell.high)]
    return grid.step, cells


def _number_grid(column: Column, real: Floats) -> Grid:
    whole = column.kind is ColumnKind.INTEGER or bool((np.floor(real) == real).all())
    return number_grid(real, 0 if whole else column.decimals)


def _levels(
    known: ColumnEncoding, real: NDArray[np.int32], synthetic: NDArray[np.int32]
) -> list[Tally]:
    """Return the levels of a column; those that no real row has, under one name."""
    levels = [] if known.levels is None else [level_text(level) for level in known.levels]
    strange = len(levels)
    counts = [
        np.bincount(np.minimum(codes, strange), minlength=strange + 1).tolist()
        for codes in (real, synthetic)
    ]
    arranged = in_order if known.ordered else most_frequent
    cells = arranged(levels, counts[0][:strange], counts[1][:strange])
    if counts[1][strange]:
        cells.append(Tally(["(not in the real data)"], 0, counts[1][strange]))
    return cells


def _cell(cell: Tally, real: int, synthetic: int, digits: int) -> Cell:
    ends = [cell.names[0], cell.names[-1]]
    return Cell(
        label=ends[0] if len(cell.names) == 1 else " to ".join(ends),
        low=cell.low if math.isfinite(cell.low) else None,
        high=cell.high if math.isfinite(cell.high) else None,
        real=_share(cell.real, real, digits),
        synthetic=_share(cell.synthetic, synthetic, _SHARE_DIGITS),
    )


def _share(count: int, of: int, digits: int) -> float:
    return round(count / of, digits) if of else 0.0


# Associations.


def associations_of(tables: EncodedTables) -> Associations | None:
    """Return the associations of the columns whose associations differ most, None if under two."""
    encoding = tables.encoding
    real, holdout, synthetic = (
        association_strengths(table, encoding)
        for table in (tables.train, tables.holdout, tables.synthetic)
    )
    columns = [i for i, known in enumerate(encoding.columns) if not known.free_form]
    if len(columns) < 2:
        return None
    off = dict.fromkeys(columns, 0.0)
    for pair, found in real.items():
        apart = abs(synthetic[pair].strength - found.strength)
        for column in pair:
            off[column] += 0.0 if math.isnan(apart) else apart
    chosen = sorted(sorted(columns, key=lambda i: -off[i])[:MOST_COLUMNS])
    place = {column: position for position, column in enumerate(chosen)}
    return Associations(
        columns=tuple(encoding.names[i] for i in chosen),
        pairs=tuple(
            AssociationPair(
                first=place[i],
                second=place[j],
                real=_strength(found),
                holdout=_strength(holdout[i, j]),
                synthetic=_strength(synthetic[i, j]),
                signed=found.signed,
            )
            for (i, j), found in real.items()
            if i in place and j in place
        ),
        left_out=len(columns) - len(chosen),
    )


def _strength(found: Association) -> float | None:
    if math.isnan(found.strength) or found.n < SMALLEST_CELL:
        return None
    return round(found.strength, _SHARE_DIGITS)


# The membership attack.


def _attacks(context: EvaluationContext, metrics: Sequence[Metric]) -> tuple[AttackCurve, ...]:
    """Return the curves of the attacks that were measured, under their areas."""
    measured = {
        metric.id: metric
        for metric in metrics
        if metric.status is Status.OK and metric.subject == "overall"
    }
    if MEMBERSHIP_AUC.id not in measured:
        return ()
    attacks = membership_attacks(context)
    curves = []
    for definition, title, scores in (
        (MEMBERSHIP_AUC, "distance to the nearest synthetic row", attacks.distance),
        (DENSITY_AUC, "density ratio", attacks.density),
    ):
        metric = measured.get(definition.id)
        if metric is None or metric.value is None or metric.ci is None:
            continue
        generator = context.generator(f"{definition.id} curve")
        points = curve_points(scores, _FALSE_ALARMS, generator)
        together = zip(_FALSE_ALARMS, points.found, points.low, points.high, strict=True)
        curves.append(
            AttackCurve(
                measure=definition.id,
                title=title,
                auc=metric.value,
                ci=metric.ci,
                members=len(scores.members),
                points=tuple(_point(*map(float, point)) for point in together),
            )
        )
    return tuple(curves)


def _point(false_alarms: float, found: float, low: float, high: float) -> RocPoint:
    rounded = [round(value, _SHARE_DIGITS) for value in (false_alarms, found, low, high)]
    return RocPoint(false_alarms=rounded[0], found=rounded[1], low=rounded[2], high=rounded[3])


# Groups.


def _panels(context: EvaluationContext, metrics: Sequence[Metric]) -> Iterator[GroupPanel]:
    for grouping in groupings(context):
        for measure, ceiling in _GROUP_MEASURES:
            own = [m for m in metrics if m.id == measure and _is_of(m.subject, grouping)]
            if any(metric.status is Status.OK for metric in own):
                yield GroupPanel(
                    attribute=grouping.title,
                    measure=measure,
                    name=own[0].name,
                    ceiling=ceiling,
                    intersection=len(grouping.attributes) > 1,
                    groups=tuple(_group(metric) for metric in own),
                )


def _is_of(subject: str, grouping: Grouping) -> bool:
    """Tell whether a measure is about a group of the grouping, or a class within one."""
    return any(subject == label or subject.startswith(f"{label}: ") for label in grouping.labels)


def _group(metric: Metric) -> GroupValue:
    if metric.status is not Status.OK or metric.n is None or metric.n < SMALLEST_CELL:
        return GroupValue(group=metric.subject)
    return GroupValue(
        group=metric.subject,
        value=metric.value,
        ci=metric.ci,
        real=metric.real_baseline,
        n=metric.n,
    )
