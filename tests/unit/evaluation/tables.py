"""Small tables for the tests of measures: a population to draw from, and contexts over draws."""

from __future__ import annotations

import numpy as np
import pandas as pd

from memisis_core.data.schema import Column, ColumnKind, Role, Schema
from memisis_core.evaluation.context import EvaluationContext, EvaluationData
from memisis_core.evaluation.real_cache import RealCache

PATIENTS = Schema(
    columns=(
        Column(name="age", kind=ColumnKind.INTEGER),
        Column(name="bmi", kind=ColumnKind.NUMBER, decimals=1),
        Column(name="pressure", kind=ColumnKind.NUMBER, decimals=0),
        Column(name="sex", kind=ColumnKind.CATEGORY, role=Role.PROTECTED),
        Column(name="race", kind=ColumnKind.CATEGORY, role=Role.PROTECTED),
        Column(name="smoker", kind=ColumnKind.BOOLEAN),
        Column(name="stage", kind=ColumnKind.ORDINAL, levels=("I", "II", "III")),
        Column(name="admitted", kind=ColumnKind.DATE, date_format="%Y-%m-%d"),
        Column(name="died", kind=ColumnKind.BOOLEAN, role=Role.TARGET),
    )
)


def patients(n: int, seed: int, missing: float = 0.05) -> pd.DataFrame:
    """Draw `n` patients from one fixed population, as `ColumnKind` says they are held."""
    draw = np.random.default_rng(seed)
    age = np.clip(draw.normal(60, 15, n).round(), 18, 99)
    bmi = (22 + 0.05 * age + draw.gamma(2, 2, n)).round(1)
    pressure = (90 + 0.5 * age + bmi * 0.5 + draw.normal(0, 12, n)).round()
    sex = draw.choice(["F", "M"], n, p=[0.55, 0.45]).astype(object)
    race = draw.choice(["Asian", "Black", "Hispanic", "White"], n, p=[0.1, 0.25, 0.15, 0.5])
    smoker = draw.random(n) < np.where(sex == "M", 0.4, 0.2)
    risk = 1 / (1 + np.exp(-(age - 65) / 8 - smoker))
    stage = np.array(["I", "II", "III"], dtype=object)[
        np.digitize(draw.random(n) + risk, [0.7, 1.3])
    ]
    days = draw.integers(0, 1500, n)
    frame = pd.DataFrame(
        {
            "age": age.astype(np.int64),
            "bmi": bmi,
            "pressure": pressure,
            "sex": sex,
            "race": race.astype(object),
            "smoker": smoker,
            "stage": stage,
            "admitted": pd.Timestamp("2019-01-01") + pd.to_timedelta(days, unit="D"),
            "died": (draw.random(n) < risk).astype(np.int64),
        }
    )
    for name in ("bmi", "race"):
        frame.loc[draw.random(n) < missing, name] = np.nan
    return frame


def leaky(train: pd.DataFrame, fresh: pd.DataFrame, seed: int, share: float = 0.2) -> pd.DataFrame:
    """Return `fresh` rows of which `share` are training rows with small noise on their numbers."""
    draw = np.random.default_rng(seed)
    leaked = round(share * len(fresh))
    chosen = train.iloc[draw.choice(len(train), leaked, replace=False)].copy()
    for name, spread in (("bmi", 0.2), ("pressure", 1.0)):
        chosen[name] = (chosen[name] + draw.normal(0, spread, leaked)).round(1)
    return pd.concat([chosen, fresh.iloc[leaked:]], ignore_index=True)


def context_of(
    train: pd.DataFrame,
    holdout: pd.DataFrame,
    synthetic: pd.DataFrame,
    schema: Schema = PATIENTS,
    seed: int = 0,
    **data: object,
) -> EvaluationContext:
    """Return a context over three tables, with a cache in memory."""
    fields = {"target": schema.target, "protected": tuple(schema.protected)} | data
    return EvaluationContext(
        EvaluationData(train, holdout, synthetic, schema, **fields),
        RealCache(None, "tests"),
        seed=seed,
    )


def draws(n_train: int, n_holdout: int, n_synthetic: int, seed: int = 0, **data: object):
    """Return a context whose synthetic rows are further independent draws of the population."""
    return context_of(
        patients(n_train, 3 * seed + 1),
        patients(n_holdout, 3 * seed + 2),
        patients(n_synthetic, 3 * seed + 3),
        **data,
    )
