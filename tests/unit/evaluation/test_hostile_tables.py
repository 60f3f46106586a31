"""Whatever the tables hold, every measure has a value or says why not; none fails."""

import numpy as np
import pandas as pd
import pytest

from memisis_core.data.schema import Column, ColumnKind, Schema
from memisis_core.evaluation.engine import evaluate
from memisis_core.evaluation.metric import Axis, Status
from memisis_core.evaluation.registry import families
from tests.unit.evaluation.tables import PATIENTS, context_of, draws, patients

AXES = frozenset({Axis.VALIDATION, Axis.FIDELITY, Axis.PRIVACY})


def of_columns(n=90, **columns):
    """Return a context over thirds of the given columns: name=(kind, values)."""
    schema = Schema(columns=tuple(Column(name=k, kind=kind) for k, (kind, _) in columns.items()))
    frame = pd.DataFrame({name: pd.Series(list(values)) for name, (_, values) in columns.items()})
    parts = [frame.iloc[i::3].reset_index(drop=True) for i in range(3)]
    return context_of(*parts, schema)


def numbers(n=90, seed=0):
    return np.random.default_rng(seed).normal(size=n)


def wrongly_typed():
    synthetic = patients(80, 3)
    synthetic["age"] = synthetic["age"].astype(str)
    synthetic["bmi"] = "n/a"
    synthetic["race"] = 7
    synthetic["admitted"] = synthetic["admitted"].dt.strftime("%Y-%m-%d")
    return context_of(patients(90, 1), patients(60, 2), synthetic)


def missing_everything():
    tables = [patients(60, seed) for seed in (1, 2, 3)]
    for table in tables:
        table["bmi"] = np.nan
        table["stage"] = pd.Series([np.nan] * 60, dtype=object)
        table["admitted"] = pd.NaT
    return context_of(*tables)


CASES = {
    "one number column": lambda: of_columns(x=(ColumnKind.NUMBER, numbers())),
    "one constant column": lambda: of_columns(x=(ColumnKind.INTEGER, [4] * 90)),
    "one category": lambda: of_columns(x=(ColumnKind.CATEGORY, ["a", "b", "c"] * 30)),
    "only identifiers": lambda: of_columns(x=(ColumnKind.IDENTIFIER, [f"p{i}" for i in range(90)])),
    "free text beside numbers": lambda: of_columns(
        note=(ColumnKind.TEXT, [f"seen {i} times" for i in range(90)]),
        x=(ColumnKind.NUMBER, numbers()),
    ),
    "as many levels as rows": lambda: of_columns(
        ward=(ColumnKind.CATEGORY, [f"w{i}" for i in range(90)]), x=(ColumnKind.NUMBER, numbers())
    ),
    "booleans with gaps": lambda: of_columns(
        yes=(ColumnKind.BOOLEAN, [True, False, np.nan] * 30), x=(ColumnKind.NUMBER, numbers())
    ),
    "names that are markup and emoji": lambda: of_columns(
        **{name: (ColumnKind.NUMBER, numbers(seed=len(name))) for name in ("[/] × 🩺", "a\n×\tb")}
    ),
    "extreme numbers": lambda: of_columns(
        x=(ColumnKind.NUMBER, [1.7e308, -1.7e308, 1e-300] * 30), y=(ColumnKind.NUMBER, numbers())
    ),
    "infinite numbers": lambda: of_columns(
        x=(ColumnKind.NUMBER, [np.inf, -np.inf, 1.0] * 30), y=(ColumnKind.NUMBER, numbers())
    ),
    "dates at the ends of time": lambda: of_columns(
        x=(ColumnKind.DATE, [pd.Timestamp.min.ceil("D"), pd.Timestamp.max.floor("D"), pd.NaT] * 30)
    ),
    "everything missing": missing_everything,
    "wrongly typed": wrongly_typed,
    "same row always": lambda: context_of(
        *[patients(1, 1).loc[[0] * 60].reset_index(drop=True)] * 3
    ),
    "synthetic is train": lambda: context_of(patients(90, 1), patients(60, 2), patients(90, 1)),
    "no holdout": lambda: draws(90, 0, 90),
    "no synthetic rows": lambda: draws(90, 60, 0),
    "no training rows": lambda: draws(0, 60, 90),
    "one row of each": lambda: draws(1, 1, 1),
    "no target, no protected": lambda: draws(90, 60, 90, target=None, protected=()),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_no_measure_fails_and_none_is_silently_missing(name):
    context = CASES[name]()

    metrics = [metric for found in evaluate(context, AXES) for metric in found]

    failed = [f"{m.id}: {m.why}" for m in metrics if m.status is Status.FAILED]
    assert failed == []
    expected = {name for family in families() if family.axis in AXES for name in family.ids}
    assert {metric.id for metric in metrics} == expected
    keys = [metric.key for metric in metrics]
    assert len(keys) == len(set(keys))
    for metric in metrics:
        assert (metric.value is None) == (metric.status is not Status.OK)
        assert metric.value is not None or metric.why
        if metric.ci is not None:
            assert metric.ci[0] <= metric.value + 1e-9
            assert metric.value - 1e-9 <= metric.ci[1]


def test_each_axis_names_a_few_headlines():
    metrics = [metric for found in evaluate(draws(200, 150, 200), AXES) for metric in found]

    for axis in AXES:
        headlines = {metric.id for metric in metrics if metric.axis is axis and metric.headline}
        assert 3 <= len(headlines) <= 4
    assert all(metric.subject == "overall" for metric in metrics if metric.headline)


def test_the_schema_of_the_cases_is_that_of_the_population():
    assert set(PATIENTS.names) == set(patients(3, 0).columns)
