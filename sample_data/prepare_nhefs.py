"""Prepare ``nhefs.csv`` from the copy of the NHEFS survey in the PyPI package ``causaldata``.

Takes `causaldata.nhefs` (1,629 people, missing values as they are; ``nhefs_complete`` has fewer),
keeps 23 clinical columns under readable names, writes codes as words, and turns the codes that mean
"unknown" or "not asked" into missing values. No value is imputed and no one is left out.

Run ``python prepare_nhefs.py [FILE]`` with ``causaldata`` 0.1.5 installed.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from causaldata import nhefs


class Source(NamedTuple):
    """A column of the new table: its name in the survey and how a value is written."""

    variable: str
    written: Callable[[float], str]


def words(*pairs: tuple[int, str]) -> Callable[[float], str]:
    """Write a code as its word; a code without one becomes a missing value."""
    known = dict(pairs)
    return lambda code: known.get(int(code), "")


def decimals(places: int) -> Callable[[float], str]:
    """Write a number with at most `places` decimals."""
    return lambda value: f"{value:.{places}f}"


whole = decimals(0)
# 2 is the survey's code for "missing" in these questions.
no_yes = words((0, "No"), (1, "Yes"))
# Dollars of 1971; 11 to 22 in the survey.
incomes = words(
    *enumerate(
        [
            "under 1000",
            "1000-1999",
            "2000-2999",
            "3000-3999",
            "4000-4999",
            "5000-5999",
            "6000-6999",
            "7000-9999",
            "10000-14999",
            "15000-19999",
            "20000-24999",
            "25000 or more",
        ],
        start=11,
    )
)

COLUMNS = {
    "sex": Source("sex", words((0, "Male"), (1, "Female"))),
    "race": Source("race", words((0, "White"), (1, "Black or other"))),
    "age": Source("age", whole),
    "education": Source(
        "education",
        words(
            (1, "8th grade or less"),
            (2, "High school dropout"),
            (3, "High school"),
            (4, "College dropout"),
            (5, "College or more"),
        ),
    ),
    "marital_status": Source(
        "marital",
        words(
            (2, "Married"), (3, "Widowed"), (4, "Never married"), (5, "Divorced"), (6, "Separated")
        ),
    ),
    "family_income": Source("income", incomes),
    "height_cm": Source("ht", decimals(1)),
    "weight_kg_1971": Source("wt71", decimals(2)),
    "weight_kg_1982": Source("wt82", decimals(2)),
    "systolic_bp_1982": Source("sbp", whole),
    "diastolic_bp_1982": Source("dbp", whole),
    "cholesterol_mg_dl": Source("cholesterol", whole),
    "cigarettes_per_day": Source("smokeintensity", whole),
    "smoking_years": Source("smokeyrs", whole),
    "quit_smoking": Source("qsmk", no_yes),
    "alcohol_frequency": Source(
        "alcoholfreq",
        words(
            (0, "Almost every day"),
            (1, "2-3 times a week"),
            (2, "1-4 times a month"),
            (3, "Under 12 times a year"),
            (4, "Not in the last year"),
        ),
    ),
    "physical_activity": Source(
        "active", words((0, "Very active"), (1, "Moderately active"), (2, "Inactive"))
    ),
    "exercise": Source("exercise", words((0, "Much"), (1, "Moderate"), (2, "Little or none"))),
    "asthma": Source("asthma", no_yes),
    "chronic_bronchitis": Source("bronch", no_yes),
    "high_blood_pressure": Source("hbp", no_yes),
    "diabetes": Source("diabetes", no_yes),
    "death": Source("death", whole),
}


def prepared(survey: pd.DataFrame) -> pd.DataFrame:
    """Return the table as text, missing values as empty cells."""
    return pd.DataFrame(
        {
            name: [
                "" if pd.isna(value) else source.written(float(value))
                for value in survey[source.variable]
            ]
            for name, source in COLUMNS.items()
        }
    )


def main() -> None:
    """Write the table to the file given, or beside this script."""
    chosen = sys.argv[1] if len(sys.argv) > 1 else Path(__file__).with_name("nhefs.csv")
    table = prepared(nhefs.load_pandas().data)
    with Path(chosen).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(table.columns)
        writer.writerows(table.itertuples(index=False))


if __name__ == "__main__":
    main()
