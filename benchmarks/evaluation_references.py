"""What sdmetrics needs for the same questions, in processor seconds, beside what we need.

A measure that would take longer than the limit at full size (estimated from a part, by what it
grows with) is timed on as many rows as fit, and scaled; that is said beside the figure.
"""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

_FIRST_ROWS = 500
_KEYS, _SECRET = ["sex", "race", "smoker"], ["died"]


@dataclass(frozen=True)
class Reference:
    """One measure of sdmetrics.

    Attributes
    ----------
    compute : callable
        Takes how many rows of train and of synthetic to use.
    power : int
        Time grows with rows to this power.
    passes : float
        Computations of this size that the whole question needs.
    ours : float
        Our processor seconds for the whole question.
    """

    name: str
    compute: Callable[[int], object]
    power: int
    ours: float
    passes: float = 1.0

    def seconds(self, rows: int, limit: float) -> tuple[float, str]:
        """Return processor seconds for all `rows`, measured or scaled, and which of the two."""
        used = min(_FIRST_ROWS, rows)
        taken = self._timed(used)
        while used < rows:
            fits = used * (limit / self.passes / max(taken, 1e-3)) ** (1 / self.power)
            larger = min(rows, 8 * used, int(fits))
            if larger < 1.5 * used and larger < rows:
                break
            used, taken = larger, self._timed(larger)
        whole = taken * self.passes * (rows / used) ** self.power
        if used == rows:
            return whole, "measured"
        return whole, f"scaled from {used:,} rows: beyond the limit of {limit:.0f} s"

    def _timed(self, rows: int) -> float:
        start = time.process_time()
        self.compute(rows)
        return time.process_time() - start


def references(
    train: pd.DataFrame,
    holdout: pd.DataFrame,
    synthetic: pd.DataFrame,
    ours: dict[str, float],
    limit: float,
) -> dict[str, tuple[float, float, str]]:
    """Return sdmetrics' seconds, ours, and how theirs was found, by name of the measure.

    Parameters
    ----------
    ours : dict of str to float
        Our processor seconds by family.
    limit : float
        Seconds that one measure of sdmetrics may take.
    """
    warnings.simplefilter("ignore")
    from sdmetrics.reports.single_table import QualityReport
    from sdmetrics.single_table import DisclosureProtection, NewRowSynthesis
    from sdmetrics.single_table.privacy.dcr_utils import calculate_dcr

    about = metadata()
    words = [table[_KEYS + _SECRET].astype(str) for table in (train, synthetic)]
    known = {"known_column_names": _KEYS, "sensitive_column_names": _SECRET}
    shapes = ours["fidelity: column shapes"] + ours["fidelity: column pairs"]
    whole = {"tables": {"t": about}}
    both = (len(train) + len(holdout)) / len(train)
    # Every measure is asked of the same number of rows of both tables, at most all of train's.
    offered = (
        Reference(
            "DCR to train and holdout",
            lambda n: calculate_dcr(synthetic.head(n), train.head(n), about),
            2,
            ours_distances(train, holdout, synthetic),
            both * len(synthetic) / len(train),
        ),
        Reference(
            "NewRowSynthesis",
            lambda n: NewRowSynthesis.compute(train.head(n), synthetic.head(n), whole, "t"),
            1,
            ours["privacy: copies"],
            len(synthetic) / len(train),
        ),
        Reference(
            "DisclosureProtection",
            lambda n: DisclosureProtection.compute(*(table.head(n) for table in words), **known),
            1,
            ours["privacy: disclosure"],
        ),
        Reference(
            "QualityReport",
            lambda n: QualityReport().generate(
                train.head(n), synthetic.head(n), about, verbose=False
            ),
            1,
            shapes,
        ),
    )
    found = {}
    for reference in offered:
        seconds, how = reference.seconds(len(train), limit)
        found[reference.name] = (seconds, reference.ours, how)
    return found


def ours_distances(train: pd.DataFrame, holdout: pd.DataFrame, synthetic: pd.DataFrame) -> float:
    """Return our processor seconds for the nearest train and holdout row of each synthetic row."""
    from evaluation_population import SCHEMA

    from memisis_core.evaluation.encoding import Encoding
    from memisis_core.evaluation.neighbours import nearest

    encoding = Encoding.learn(SCHEMA, train, holdout)
    encoded = [encoding.encode(table).gower for table in (train, holdout, synthetic)]
    start = time.process_time()
    for real in encoded[:2]:
        nearest(encoded[2], real, 1)
    return max(time.process_time() - start, 1e-3)


def metadata() -> dict:
    """Return the columns as sdmetrics names them."""
    from evaluation_population import SCHEMA

    from memisis_core.data.schema import ColumnKind

    kinds = {
        ColumnKind.NUMBER: {"sdtype": "numerical"},
        ColumnKind.INTEGER: {"sdtype": "numerical"},
        ColumnKind.DATE: {"sdtype": "datetime", "datetime_format": "%Y-%m-%d"},
    }
    categorical = {"sdtype": "categorical"}
    return {"columns": {c.name: kinds.get(c.kind, categorical) for c in SCHEMA.columns}}


def growth(sizes: list[int], seconds: list[float]) -> tuple[float, float | None]:
    """Fit seconds = a · rows^b by least squares on logarithms.

    Returns
    -------
    tuple of float
        b and the half-width of its 95 % interval (t distribution; None for two sizes).
    """
    from scipy import stats

    times = [math.log(max(one, 1e-3)) for one in seconds]
    fitted = stats.linregress([math.log(size) for size in sizes], times)
    if len(sizes) < 3:
        return float(fitted.slope), None
    return float(fitted.slope), float(stats.t.ppf(0.975, len(sizes) - 2) * fitted.stderr)
