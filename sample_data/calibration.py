"""Compare ``schizophrenia.csv`` with the dataset that it was simulated after.

The original (OpenML 45040) is not part of this project; give its path::

    python calibration.py ORIGINAL.csv [SIMULATED.csv]

Prints a Markdown table: each quantity in both tables, the difference, and whether sampling error
explains it. Two-sided p-values; a family of m comparisons disagrees when its smallest p lies under
0.05 / m (Bonferroni). Error rates are those of the logistic regression of Fairlearn's example (L1,
all features, one-hot), trained on the first 10,000 patients; their intervals come from 1,000
resamples of the test patients, and from five-fold cross-validation, which uses all 11,000.

Exit status 1 if any family disagrees.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder

TRAINING_ROWS = 10_000
CATEGORIES = ["Sex", "Race", "Housing", "Delay"]
RESAMPLES = 1_000
LEVEL = 0.05


@dataclass(frozen=True)
class Line:
    """One line of the table: a quantity in both tables and whether they agree."""

    quantity: str
    original: str
    simulated: str
    agreement: str
    agrees: bool


def symptoms_of(table: pd.DataFrame) -> list[str]:
    """Return the names of the symptom scores."""
    return [name for name in table.columns if name not in {"Diagnosis", *CATEGORIES}]


def verdict(p_values: list[float]) -> tuple[str, bool]:
    """Return the wording for a family of comparisons, and whether it agrees."""
    smallest, count = min(p_values), len(p_values)
    agrees = smallest >= LEVEL / count
    return f"{count} tests, smallest p {smallest:.2g} (limit {LEVEL / count:.2g})", agrees


def proportion_p(first: pd.Series, second: pd.Series) -> float:
    """Return the p-value of equal proportions of two 0/1 series (Fisher's exact test)."""
    counts = [[int(x.sum()), int((~x).sum())] for x in (first.astype(bool), second.astype(bool))]
    return float(stats.fisher_exact(counts).pvalue)


def size_lines(original: pd.DataFrame, simulated: pd.DataFrame) -> list[Line]:
    """Compare sizes and base rates: overall, by race, sex, and both."""
    lines = [
        Line(
            "rows",
            f"{len(original):,}",
            f"{len(simulated):,}",
            "equal by design",
            len(original) == len(simulated),
        )
    ]
    for column in ("Diagnosis", "Sex", "Race"):
        shares = [t[column].value_counts().sort_index() for t in (original, simulated)]
        words = [", ".join(f"{k} {v:,}" for k, v in s.items()) for s in shares]
        lines.append(Line(column, *words, "equal by design", shares[0].equals(shares[1])))
    for key in ("Race", ["Race", "Sex"]):
        first, second = (t.groupby(key)["Diagnosis"].mean() for t in (original, simulated))
        for group, share in first.items():
            name = group if isinstance(group, str) else " ".join(group)
            same = second[group]
            words = [f"{share:.1%}", f"{same:.1%}"]
            quantity = f"labelled schizophrenia, {name}"
            lines.append(Line(quantity, *words, "equal by design", bool(share == same)))
    return lines


def category_lines(original: pd.DataFrame, simulated: pd.DataFrame) -> list[Line]:
    """Compare housing and delay, overall and in each diagnosis × race × sex."""
    lines = []
    for column, value in (("Housing", "Unstable"), ("Delay", "Yes")):
        first, second = original[column] == value, simulated[column] == value
        p = proportion_p(first, second)
        lines.append(
            Line(
                f"{column} = {value}",
                f"{first.mean():.2%}",
                f"{second.mean():.2%}",
                f"p {p:.2g}",
                p >= LEVEL / 2,
            )
        )
        p_values = [
            proportion_p(first.loc[rows.index], second.loc[_same(simulated, group).index])
            for group, rows in original.groupby(["Diagnosis", "Race", "Sex"])
        ]
        words, agrees = verdict(p_values)
        lines.append(Line(f"{column} by diagnosis × race × sex", "16 groups", "", words, agrees))
    return lines


def _same(table: pd.DataFrame, group: tuple[int, str, str]) -> pd.DataFrame:
    diagnosis, race, sex = group
    return table[
        (table["Diagnosis"] == diagnosis) & (table["Race"] == race) & (table["Sex"] == sex)
    ]


def score_lines(original: pd.DataFrame, simulated: pd.DataFrame) -> list[Line]:
    """Compare the symptom scores: moments, distributions, and both within every group."""
    lines, names = [], symptoms_of(original)
    for name in names:
        first, second = original[name], simulated[name]
        p = float(stats.ks_2samp(first, second).pvalue)
        words = [
            f"{x.mean():.2f} ± {x.std():.2f} [{x.min():.1f}, {x.max():.1f}]"
            for x in (first, second)
        ]
        lines.append(
            Line(
                f"{name}, mean ± sd [range]",
                *words,
                f"Kolmogorov-Smirnov p {p:.2g}",
                p >= LEVEL / len(names),
            )
        )
    tests: dict[str, Callable[[pd.Series, pd.Series], float]] = {
        "means": lambda a, b: float(stats.ttest_ind(a, b, equal_var=False).pvalue),
        "spreads": lambda a, b: float(stats.levene(a, b).pvalue),
        "distributions": lambda a, b: float(stats.ks_2samp(a, b).pvalue),
    }
    for what, test in tests.items():
        p_values = [
            test(rows[name], _same(simulated, group)[name])
            for group, rows in original.groupby(["Diagnosis", "Race", "Sex"])
            for name in names
        ]
        words, agrees = verdict(p_values)
        lines.append(Line(f"{what} by diagnosis × race × sex", "16 × 14 cells", "", words, agrees))
    return lines


def correlation_lines(original: pd.DataFrame, simulated: pd.DataFrame) -> list[Line]:
    """Compare Pearson correlations over all patients and within each diagnosis (Fisher's z)."""
    lines, names = [], ["Diagnosis", *symptoms_of(original)]
    for label, rows in (
        ("all patients", lambda t: t),
        ("affective disorder", lambda t: t[t["Diagnosis"] == 0]),
        ("schizophrenia", lambda t: t[t["Diagnosis"] == 1]),
    ):
        used = names if label == "all patients" else names[1:]
        tables = [rows(t)[used] for t in (original, simulated)]
        upper = np.triu_indices(len(used), 1)
        first, second = (t.corr().to_numpy()[upper] for t in tables)
        error = np.sqrt(sum(1 / (len(t) - 3) for t in tables))
        p_values = 2 * stats.norm.sf(np.abs(np.arctanh(first) - np.arctanh(second)) / error)
        words, agrees = verdict(list(p_values))
        lines.append(
            Line(
                f"correlations, {label}",
                f"{first.min():.2f} to {first.max():.2f}",
                f"{second.min():.2f} to {second.max():.2f}",
                f"largest difference {np.abs(first - second).max():.3f}; {words}",
                agrees,
            )
        )
    return lines


def classifier(names: list[str]) -> Pipeline:
    """Return the logistic regression of the published example."""
    return make_pipeline(
        make_column_transformer((OneHotEncoder(), CATEGORIES), ("passthrough", names)),
        LogisticRegression(solver="saga", l1_ratio=1.0, max_iter=1000, random_state=0),
    )


@dataclass(frozen=True)
class Predictions:
    """Labels and predictions of some patients, with what is needed to group them."""

    label: np.ndarray
    predicted: np.ndarray
    race: np.ndarray
    sex: np.ndarray

    def of(self, rows: np.ndarray) -> Predictions:
        """Return the predictions of some rows."""
        return Predictions(*(getattr(self, f)[rows] for f in ("label", "predicted", "race", "sex")))


def on_test_part(table: pd.DataFrame) -> Predictions:
    """Train on the first 10,000 patients, predict the last 1,000."""
    names = symptoms_of(table)
    features = table[[*CATEGORIES, *names]]
    model = classifier(names).fit(features[:TRAINING_ROWS], table["Diagnosis"][:TRAINING_ROWS])
    test = table[TRAINING_ROWS:]
    return Predictions(
        test["Diagnosis"].to_numpy(),
        model.predict(features[TRAINING_ROWS:]),
        test["Race"].to_numpy(),
        test["Sex"].to_numpy(),
    )


def on_all(table: pd.DataFrame) -> Predictions:
    """Predict every patient by five-fold cross-validation."""
    names = symptoms_of(table)
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    predicted = cross_val_predict(
        classifier(names), table[[*CATEGORIES, *names]], table["Diagnosis"], cv=folds
    )
    return Predictions(
        table["Diagnosis"].to_numpy(), predicted, table["Race"].to_numpy(), table["Sex"].to_numpy()
    )


def rate(p: Predictions, label: int, race: str | None = None, sex: str | None = None) -> float:
    """Return the share of wrong predictions among patients of one label and group."""
    rows = p.label == label
    rows &= (p.race == race) if race else True
    rows &= (p.sex == sex) if sex else True
    return float((p.predicted[rows] != label).mean()) if rows.any() else float("nan")


def ratio(p: Predictions, label: int, sex: str | None, race: str = "Black") -> float:
    """Return the error rate of one race over that of White patients (of the same sex, if given)."""
    reference = rate(p, label, "White", sex)
    return rate(p, label, race, sex) / reference if reference else float("nan")


MEASURES: dict[str, Callable[[Predictions], float]] = {
    "accuracy": lambda p: float((p.label == p.predicted).mean()),
    "false-positive rate": lambda p: rate(p, 0),
    "false-negative rate": lambda p: rate(p, 1),
    "FPR, Black men": lambda p: rate(p, 0, "Black", "Male"),
    "FPR ratio Black / White": lambda p: ratio(p, 0, None),
    "FPR ratio Black women / White women": lambda p: ratio(p, 0, "Female"),
    "FPR ratio Black men / White men": lambda p: ratio(p, 0, "Male"),
    "FPR ratio Asian / White": lambda p: ratio(p, 0, None, "Asian"),
    "FPR ratio Hispanic / White": lambda p: ratio(p, 0, None, "Hispanic"),
    "FNR ratio Black / White": lambda p: ratio(p, 1, None),
    "FNR ratio Black men / White men": lambda p: ratio(p, 1, "Male"),
}


def estimate(p: Predictions, measure: Callable[[Predictions], float]) -> tuple[float, np.ndarray]:
    """Return a measure and its values over resampled patients."""
    random = np.random.default_rng(0)
    rows = (random.integers(0, len(p.label), len(p.label)) for _ in range(RESAMPLES))
    return measure(p), np.array([measure(p.of(r)) for r in rows])


def difference_p(first: np.ndarray, second: np.ndarray) -> float:
    """Return how often the resampled difference changes sign, doubled (percentile bootstrap)."""
    difference = first - second
    difference = difference[np.isfinite(difference)]
    if not len(difference):
        return float("nan")
    below = (difference < 0).mean() + 0.5 * (difference == 0).mean()
    return float(min(1.0, 2 * min(below, 1 - below) + 2 / len(difference)))


def error_lines(original: pd.DataFrame, simulated: pd.DataFrame) -> list[Line]:
    """Compare the classifier's errors by race and by race × sex."""
    lines = []
    for where, predict in (("last 1,000", on_test_part), ("cross-validated", on_all)):
        pair = predict(original), predict(simulated)
        for name, measure in MEASURES.items():
            (value, values), (same, sames) = (estimate(p, measure) for p in pair)
            p = difference_p(values, np.random.default_rng(1).permutation(sames))
            lines.append(
                Line(
                    f"{name} ({where})",
                    _interval(value, values),
                    _interval(same, sames),
                    f"p {p:.2g}",
                    p >= LEVEL / len(MEASURES),
                )
            )
    return lines


def _interval(value: float, values: np.ndarray) -> str:
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return f"{value:.3f} [{low:.3f}, {high:.3f}]"


def main() -> int:
    """Print the table; return the exit status."""
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    beside = Path(__file__).with_name("schizophrenia.csv")
    original = pd.read_csv(sys.argv[1])
    simulated = pd.read_csv(sys.argv[2] if len(sys.argv) > 2 else beside)
    warnings.filterwarnings("ignore", category=RuntimeWarning)  # 0/0 in a resample is NaN
    lines = [
        *size_lines(original, simulated),
        *category_lines(original, simulated),
        *score_lines(original, simulated),
        *correlation_lines(original, simulated),
        *error_lines(original, simulated),
    ]
    print("| quantity | original | simulated | difference | agrees |\n|---|---|---|---|---|")
    for x in lines:
        print(
            f"| {x.quantity} | {x.original} | {x.simulated} | {x.agreement} "
            f"| {'yes' if x.agrees else '**no**'} |"
        )
    return 0 if all(line.agrees for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
