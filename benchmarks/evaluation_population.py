"""The population that the benchmarks of evaluation draw from: 20 clinical columns, mixed kinds."""

from __future__ import annotations

import numpy as np
import pandas as pd

from memisis_core.data.schema import Column, ColumnKind, Role, Schema

_NUMBERS = ("pressure", "cholesterol", "glucose", "creatinine", "haemoglobin", "weight", "height")

SCHEMA = Schema(
    columns=(
        Column(name="age", kind=ColumnKind.INTEGER),
        Column(name="visits", kind=ColumnKind.INTEGER),
        Column(name="pack_years", kind=ColumnKind.INTEGER),
        *(Column(name=name, kind=ColumnKind.NUMBER, decimals=1) for name in _NUMBERS),
        Column(name="admitted", kind=ColumnKind.DATE, date_format="%Y-%m-%d"),
        Column(name="sex", kind=ColumnKind.CATEGORY, role=Role.PROTECTED),
        Column(name="race", kind=ColumnKind.CATEGORY, role=Role.PROTECTED),
        Column(name="ward", kind=ColumnKind.CATEGORY),
        Column(name="drug", kind=ColumnKind.CATEGORY),
        Column(name="smoker", kind=ColumnKind.BOOLEAN),
        Column(name="diabetes", kind=ColumnKind.BOOLEAN),
        Column(name="stage", kind=ColumnKind.ORDINAL, levels=("I", "II", "III", "IV")),
        Column(name="pain", kind=ColumnKind.ORDINAL),
        Column(name="died", kind=ColumnKind.BOOLEAN, role=Role.TARGET),
    )
)


def patients(n: int, seed: int) -> pd.DataFrame:
    """Draw `n` patients, typed as `ColumnKind` says, 5 % of laboratory values missing."""
    draw = np.random.default_rng([20, seed])
    age = np.clip(draw.normal(58, 16, n).round(), 18, 99)
    sex = draw.choice(["F", "M"], n, p=[0.55, 0.45])
    race = draw.choice(["Asian", "Black", "Hispanic", "White"], n, p=[0.1, 0.25, 0.15, 0.5])
    smoker = draw.random(n) < np.where(sex == "M", 0.35, 0.2)
    severity = 0.02 * (age - 58) + 0.5 * smoker + draw.normal(0, 0.7, n)
    numbers = {
        "pressure": 125 + 8 * severity + draw.normal(0, 14, n),
        "cholesterol": 200 + 0.4 * (age - 58) + draw.normal(0, 38, n),
        "glucose": np.exp(4.6 + 0.15 * severity + draw.normal(0, 0.2, n)),
        "creatinine": np.exp(0.05 + 0.2 * severity + draw.normal(0, 0.25, n)),
        "haemoglobin": np.where(sex == "M", 15, 13.5) - 0.5 * severity + draw.normal(0, 1.2, n),
        "weight": np.where(sex == "M", 84, 71) + draw.normal(0, 14, n),
        "height": np.where(sex == "M", 177, 164) + draw.normal(0, 7, n),
    }
    wards = np.array([f"ward {i:02d}" for i in range(30)])
    drugs = np.array(["none", "A", "B", "C", "D", "E"])
    cuts = np.array([-0.4, 0.3, 1.0])
    frame = pd.DataFrame(
        {
            "age": age.astype(np.int64),
            "visits": draw.poisson(2 + np.maximum(severity, 0)).astype(np.int64),
            "pack_years": (smoker * draw.gamma(2, 9, n)).astype(np.int64),
            **{name: np.round(values, 1) for name, values in numbers.items()},
            "admitted": pd.Timestamp("2015-01-01")
            + pd.to_timedelta(draw.integers(0, 3000, n), unit="D"),
            "sex": sex.astype(object),
            "race": race.astype(object),
            "ward": wards[np.minimum(draw.geometric(0.12, n) - 1, 29)].astype(object),
            "drug": drugs[np.clip((severity * 2 + draw.normal(2, 1, n)).astype(int), 0, 5)].astype(
                object
            ),
            "smoker": smoker,
            "diabetes": draw.random(n) < 1 / (1 + np.exp(2 - severity)),
            "stage": np.array(["I", "II", "III", "IV"], dtype=object)[
                np.digitize(severity + draw.normal(0, 0.4, n), cuts)
            ],
            "pain": np.clip((3 + severity + draw.normal(0, 2, n)).round(), 0, 10).astype(np.int64),
            "died": (draw.random(n) < 1 / (1 + np.exp(1.5 - 1.4 * severity))).astype(np.int64),
        }
    )
    for name in ("cholesterol", "glucose", "creatinine", "drug"):
        frame.loc[draw.random(n) < 0.05, name] = np.nan
    return frame[SCHEMA.names]


def leaky(train: pd.DataFrame, fresh: pd.DataFrame, seed: int, share: float = 0.2) -> pd.DataFrame:
    """Return `fresh` rows of which a `share` are training rows with small noise on numbers."""
    draw = np.random.default_rng([21, seed])
    leaked = round(share * len(fresh))
    chosen = train.iloc[draw.choice(len(train), leaked, replace=leaked > len(train))].copy()
    for name in _NUMBERS:
        noise = draw.normal(0, 0.02 * float(train[name].std()), leaked)
        chosen[name] = (chosen[name] + noise).round(1)
    return pd.concat([chosen, fresh.iloc[leaked:]], ignore_index=True)
