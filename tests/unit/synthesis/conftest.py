"""A small table with every kind of column that a synthesizer meets."""

import numpy as np
import pandas as pd
import pytest

from memisis_core.data.schema import Column, ColumnKind, Role, Schema


@pytest.fixture
def schema() -> Schema:
    return Schema(
        columns=(
            Column(name="HbA1c [mmol/mol]", kind=ColumnKind.NUMBER, decimals=1),
            Column(name="age", kind=ColumnKind.INTEGER),
            Column(name="Race#fillna", kind=ColumnKind.CATEGORY, role=Role.PROTECTED),
            Column(name="grade", kind=ColumnKind.ORDINAL, levels=("low", "medium", "high")),
            Column(name="nyha", kind=ColumnKind.ORDINAL),
            Column(name="admitted", kind=ColumnKind.DATE),
            Column(name="discharged", kind=ColumnKind.DATE),
            Column(name="smoker", kind=ColumnKind.BOOLEAN),
            Column(name="site", kind=ColumnKind.CATEGORY),
            Column(name="patient_id", kind=ColumnKind.IDENTIFIER),
            Column(name="death", kind=ColumnKind.BOOLEAN, role=Role.TARGET),
        )
    )


@pytest.fixture
def patients() -> pd.DataFrame:
    return make_patients(240, seed=1)


def make_patients(rows: int, seed: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    age = random.integers(20, 90, rows)
    hba1c = np.round(random.normal(50, 12, rows) + age * 0.1, 1)
    hba1c[random.random(rows) < 0.1] = np.nan
    race = random.choice(["[/]", "\x1b[31mred", "white", None], rows, p=[0.2, 0.2, 0.5, 0.1])
    admitted = pd.Timestamp("2020-01-01") + pd.to_timedelta(random.integers(0, 900, rows), "D")
    discharged = admitted + pd.to_timedelta(random.integers(1, 30, rows), "D")
    return pd.DataFrame(
        {
            "HbA1c [mmol/mol]": hba1c,
            "age": age,
            "Race#fillna": pd.Series(race, dtype=object).where(pd.notna(race), np.nan),
            "grade": random.choice(["low", "medium", "high"], rows),
            "nyha": random.integers(1, 5, rows),
            "admitted": admitted,
            "discharged": discharged,
            "smoker": random.choice(["yes", "no"], rows),
            "site": ["north"] * rows,
            "patient_id": [f"MRN{number:05d}" for number in range(rows)],
            "death": (random.random(rows) < age / 150).astype(int),
        }
    )
