"""What plots of one run are drawn from, for the report and for screens. Imports no data library.

The worker computes it (`memisis_core.evaluation.plot_figures`) and writes it as ``plots.json``.
Aggregates only: no row of any table can be read from it, and no share of real rows rests on fewer
than `SMALLEST_CELL` people, so that it may leave the machine. Names of columns, levels and groups
are data: they are text, never markup.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from memisis_core.errors import WorkFailed

VERSION = 1
"""Raise it when a field changes its meaning; an older program then says so instead of guessing."""
ARTEFACT = "plots"
"""Name of the artefact."""
SMALLEST_CELL = 10
"""Real rows that a cell needs; smaller ones are merged with others or left out."""

Kind = Literal["distributions", "associations", "attacks", "groups"]


class _Plain(BaseModel):
    model_config = ConfigDict(frozen=True)


class Cell(_Plain):
    """One bar of a distribution.

    Attributes
    ----------
    label : str
        ``20 to 24``, ``below 20``, ``80 and over``, a level, or ``other (3 levels)``.
    low, high : float or None
        Bounds of a bin, from `low` on and below `high`, in the column's unit (dates: days since
        1970); None where it is open, and for levels.
    real, synthetic : float
        Shares of the rows that have a value, 0 to 1. Those of a distribution sum to 1, but for
        rounding.
    """

    label: str
    low: float | None = None
    high: float | None = None
    real: float
    synthetic: float


class Distribution(_Plain):
    """One column: the training data against the synthetic data.

    Attributes
    ----------
    column : str
    unit : str or None
        As the data card says it.
    form : {"bins", "ordered", "levels"}
        Numbers and dates; levels with an order; levels without, most frequent first.
    dates : bool
        Whether the bounds of the bins are days since 1970.
    step : float or None
        Width of a bin that was not merged; None for levels. Merged bins are wider: a histogram
        divides their share by their width.
    cells : tuple of Cell
        Empty if fewer than `SMALLEST_CELL` real rows have a value.
    real_rows : int or None
        Real rows with a value; None if that would say how few have none.
    synthetic_rows : int
        Synthetic rows with a value.
    real_missing : float or None
        Share of real rows without a value; None if these are fewer than `SMALLEST_CELL`, but some.
    synthetic_missing : float
    measure : str
        Identifier of the measure that compares the two (``fidelity.ks`` or ``fidelity.tv``); its
        subject is `column`.
    """

    column: str
    unit: str | None = None
    form: Literal["bins", "ordered", "levels"]
    dates: bool = False
    step: float | None = None
    cells: tuple[Cell, ...]
    real_rows: int | None
    synthetic_rows: int
    real_missing: float | None
    synthetic_missing: float
    measure: str


class AssociationPair(_Plain):
    """How strongly two columns go together in each table.

    Attributes
    ----------
    first, second : int
        Places in `Associations.columns`; first < second.
    real, holdout, synthetic : float or None
        Strength in the training data, the real holdout and the synthetic data; -1 to 1 if
        `signed`, else 0 to 1. None where it is undefined or rests on too few rows.
    signed : bool
        Spearman's correlation; otherwise the correlation ratio of ranks, or Cramér's V.
    """

    first: int
    second: int
    real: float | None
    holdout: float | None
    synthetic: float | None
    signed: bool

    @property
    def difference(self) -> float | None:
        """Synthetic minus training data: what the synthesizer changed."""
        return _minus(self.synthetic, self.real)

    @property
    def chance(self) -> float | None:
        """Holdout minus training data: what other real patients change."""
        return _minus(self.holdout, self.real)


class Associations(_Plain):
    """Strengths of association between columns, for a heat map of differences.

    Attributes
    ----------
    columns : tuple of str
        In the order of the table.
    pairs : tuple of AssociationPair
        Every pair of `columns`.
    left_out : int
        Further columns, whose associations differ less.
    """

    columns: tuple[str, ...]
    pairs: tuple[AssociationPair, ...]
    left_out: int = 0


class RocPoint(_Plain):
    """A point of a ROC curve, with its pointwise 95 % interval.

    Attributes
    ----------
    false_alarms : float
        Share of people who were not in the training data that the attack accuses, 0 to 1.
    found, low, high : float
        Share of the training records that it names.
    """

    false_alarms: float
    found: float
    low: float
    high: float


class AttackCurve(_Plain):
    """The ROC curve of one membership attack.

    Attributes
    ----------
    measure : str
        Identifier of the measure that is the area under it.
    title : str
    auc : float
    ci : pair of float
        95 % interval of `auc`.
    members : int
        Training records attacked, and as many others.
    points : tuple of RocPoint
        At fixed shares of false alarms, ascending from 0 to 1.
    """

    measure: str
    title: str
    auc: float
    ci: tuple[float, float]
    members: int
    points: tuple[RocPoint, ...]


class GroupValue(_Plain):
    """A measure of one group of real holdout patients, for the model trained on synthetic data.

    Attributes
    ----------
    group : str
        ``Sex=female``; for more than two classes with the class that counts as selected.
    value, real : float or None
        Of the model trained on synthetic and on real data; None if the group is too small.
    ci : pair of float or None
        95 % interval of `value`.
    n : int or None
        Patients that it rests on; None if fewer than `SMALLEST_CELL`.
    """

    group: str
    value: float | None = None
    ci: tuple[float, float] | None = None
    real: float | None = None
    n: int | None = None


class GroupPanel(_Plain):
    """One measure over the groups of one attribute or intersection.

    Attributes
    ----------
    attribute : str
        ``Race``, or ``Race × Sex``.
    measure, name : str
        Identifier (``fairness.tpr``) and name of the measure.
    ceiling : float or None
        Greatest possible value: 1 for rates, None for errors in the target's unit.
    intersection : bool
    groups : tuple of GroupValue
    """

    attribute: str
    measure: str
    name: str
    ceiling: float | None
    intersection: bool
    groups: tuple[GroupValue, ...]


class PlotSet(_Plain):
    """Everything that the plots of one run show.

    Attributes
    ----------
    version : int
    distributions : tuple of Distribution
        In the order of the table's columns.
    associations : Associations or None
    attacks : tuple of AttackCurve
    groups : tuple of GroupPanel
    absent : dict of str to str
        Why a kind of plot is not there.
    """

    version: int = VERSION
    distributions: tuple[Distribution, ...] = ()
    associations: Associations | None = None
    attacks: tuple[AttackCurve, ...] = ()
    groups: tuple[GroupPanel, ...] = ()
    absent: dict[Kind, str] = Field(default_factory=dict)


def plots_json(plots: PlotSet) -> str:
    """Return the content of ``plots.json``."""
    return plots.model_dump_json(indent=1) + "\n"


def read_plots(path: Path) -> PlotSet:
    """Read what a worker wrote.

    Raises
    ------
    WorkFailed
        If the file is missing, damaged, or of another version of this program.
    """
    try:
        plots = PlotSet.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise WorkFailed(
            "the plots of the run cannot be read", where=str(path), fix="Run the plan again"
        ) from error
    if plots.version != VERSION:
        raise WorkFailed(
            f"the plots are of version {plots.version}, this program reads version {VERSION}",
            where=str(path),
            fix="Run the plan again",
        )
    return plots


def _minus(value: float | None, other: float | None) -> float | None:
    return None if value is None or other is None else value - other
