"""Simulate ``schizophrenia.csv``: patients with a diagnosis that is biased against Black men.

The table follows the *description* of the simulated dataset of Maslej and colleagues, used in
Fairlearn's example "Intersectionality in Mental Health Care" (Wang, Maslej and Sikstrom): 10,000
patients on whom a classifier is trained and 1,000 later ones on whom it is tested. No row of that
dataset is used; what stands here are its sizes, proportions, means and standard deviations.
``calibration.py`` shows how close the result is.

How a patient comes about
    1. Diagnosis, race and sex come from fixed group sizes, so that the base rates are the published
       ones: Black men are labelled schizophrenia in 85 %, all other groups in 41 to 50 %.
    2. Unstable housing and delayed care are drawn with a probability that depends on that group.
    3. Each symptom score is normal and independent of the others *within* a group; all correlation
       between symptoms, and all bias, comes from differences between groups. Scores are not cut at
       zero, as in the original.
    4. Among the last 1,000, Black men with an affective disorder are more tense, more suspicious
       and less openly depressed than the classifier has learnt, hence their false positives.

The last 1,000 hold only 25 such men, so the published error-rate ratios (false positives, Black to
White 2.86, Black men to White men 5.18) scatter widely from seed to seed. The seed is the first of
0, 1, 2, … with which both ratios come within 20 % of those figures and the accuracy within 0.01 of
0.938. Everything else was left as that seed drew it.

Run ``python simulate_schizophrenia.py [FILE]``: the same file every time (fixed seed).
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

SEED = 100
DECIMALS = 2
AFFECTIVE, SCHIZOPHRENIA = 0, 1
TRAINING, TEST = "training", "test"


class Group(NamedTuple):
    """Patients of one diagnosis, race and sex in one of the two parts."""

    part: str
    diagnosis: int
    race: str
    sex: str
    size: int
    unstable_housing: float
    delayed_care: float


class Symptom(NamedTuple):
    """Mean of a score by diagnosis and sex, and its standard deviation by diagnosis."""

    name: str
    affective_women: float
    affective_men: float
    schizophrenia_women: float
    schizophrenia_men: float
    affective_sd: float
    schizophrenia_sd: float


class Presentation(NamedTuple):
    """A group that presents otherwise than its diagnosis and sex: its mean, and its sd if given."""

    diagnosis: int
    race: str
    sex: str
    symptom: str
    mean: float
    sd: float | None = None


# Part, diagnosis, race, sex, patients, share in unstable housing, share with delayed care.
GROUPS = [
    Group(*row)
    for row in (
        (TRAINING, 0, "Asian", "Female", 494, 0.02, 0.41),
        (TRAINING, 0, "Asian", "Male", 391, 0.04, 0.44),
        (TRAINING, 0, "Black", "Female", 998, 0.03, 0.45),
        (TRAINING, 0, "Black", "Male", 253, 0.01, 0.37),
        (TRAINING, 0, "Hispanic", "Female", 469, 0.03, 0.47),
        (TRAINING, 0, "Hispanic", "Male", 336, 0.04, 0.44),
        (TRAINING, 0, "White", "Female", 1276, 0.03, 0.40),
        (TRAINING, 0, "White", "Male", 747, 0.05, 0.48),
        (TRAINING, 1, "Asian", "Female", 379, 0.08, 0.52),
        (TRAINING, 1, "Asian", "Male", 264, 0.01, 0.58),
        (TRAINING, 1, "Black", "Female", 708, 0.09, 0.55),
        (TRAINING, 1, "Black", "Male", 1462, 0.09, 0.75),
        (TRAINING, 1, "Hispanic", "Female", 341, 0.09, 0.55),
        (TRAINING, 1, "Hispanic", "Male", 267, 0.09, 0.51),
        (TRAINING, 1, "White", "Female", 870, 0.11, 0.51),
        (TRAINING, 1, "White", "Male", 745, 0.01, 0.49),
        (TEST, 0, "Asian", "Female", 33, 0.03, 0.50),
        (TEST, 0, "Asian", "Male", 26, 0.03, 0.46),
        (TEST, 0, "Black", "Female", 78, 0.05, 0.51),
        (TEST, 0, "Black", "Male", 25, 0.16, 0.56),
        (TEST, 0, "Hispanic", "Female", 37, 0.05, 0.50),
        (TEST, 0, "Hispanic", "Male", 32, 0.03, 0.40),
        (TEST, 0, "White", "Female", 107, 0.02, 0.37),
        (TEST, 0, "White", "Male", 74, 0.04, 0.51),
        (TEST, 1, "Asian", "Female", 28, 0.20, 0.62),
        (TEST, 1, "Asian", "Male", 28, 0.20, 0.57),
        (TEST, 1, "Black", "Female", 87, 0.20, 0.66),
        (TEST, 1, "Black", "Male", 167, 0.33, 0.76),
        (TEST, 1, "Hispanic", "Female", 36, 0.20, 0.53),
        (TEST, 1, "Hispanic", "Male", 35, 0.33, 0.57),
        (TEST, 1, "White", "Female", 122, 0.18, 0.50),
        (TEST, 1, "White", "Male", 85, 0.18, 0.45),
    )
]

# Name, means (affective women, men; schizophrenia women, men), sds (affective, schizophrenia).
SYMPTOMS = [
    Symptom(*row)
    for row in (
        ("Anhedonia", 6.98, 7.05, 6.05, 6.0, 1.42, 1.4),
        ("Dep_Mood", 7.9, 8.0, 7.0, 7.0, 1.4, 1.42),
        ("Sleep", 6.97, 7.07, 7.03, 7.02, 1.4, 1.42),
        ("Tired", 6.0, 5.97, 4.97, 5.02, 1.42, 1.42),
        ("Appetite", 5.02, 5.03, 5.0, 4.99, 1.42, 1.41),
        ("Rumination", 7.93, 5.03, 4.98, 3.98, 1.39, 1.42),
        ("Concentration", 5.98, 6.03, 7.0, 6.98, 1.4, 1.4),
        ("Psychomotor", 5.02, 5.07, 4.0, 3.98, 1.4, 1.41),
        ("Delusion", 2.0, 2.01, 3.09, 3.02, 1.22, 1.37),
        ("Suspicious", 2.28, 2.3, 3.1, 3.05, 1.27, 1.39),
        ("Withdrawal", 4.0, 3.07, 3.99, 3.99, 1.42, 1.4),
        ("Passive", 4.93, 4.91, 4.96, 4.94, 1.34, 1.39),
        ("Tension", 5.78, 2.3, 5.97, 6.04, 1.26, 1.25),
        ("Unusual_Thought", 2.0, 2.01, 3.07, 3.07, 1.21, 1.35),
    )
]

EXCEPTIONS = [
    Presentation(*row)
    for row in (
        # How each group of patients with an affective disorder presents.
        (AFFECTIVE, "Black", "Female", "Dep_Mood", 6.95),
        (AFFECTIVE, "Black", "Male", "Dep_Mood", 8.29),
        (AFFECTIVE, "Black", "Male", "Rumination", 5.33),
        (AFFECTIVE, "Black", "Male", "Tension", 2.18),
        (AFFECTIVE, "Hispanic", "Male", "Passive", 4.06),
        (AFFECTIVE, "White", "Female", "Suspicious", 2.04),
        (AFFECTIVE, "White", "Female", "Tension", 3.06, 1.41),
        (AFFECTIVE, "White", "Male", "Unusual_Thought", 1.76),
        # How each group of patients labelled schizophrenia presents.
        (SCHIZOPHRENIA, "Asian", "Female", "Dep_Mood", 7.54),
        (SCHIZOPHRENIA, "Asian", "Male", "Dep_Mood", 5.93),
        (SCHIZOPHRENIA, "Asian", "Male", "Suspicious", 2.15),
        (SCHIZOPHRENIA, "Black", "Female", "Dep_Mood", 6.59),
        (SCHIZOPHRENIA, "Black", "Female", "Passive", 4.44),
        (SCHIZOPHRENIA, "Black", "Female", "Psychomotor", 4.96),
        (SCHIZOPHRENIA, "Black", "Male", "Delusion", 3.45),
        (SCHIZOPHRENIA, "Black", "Male", "Suspicious", 4.02),
        (SCHIZOPHRENIA, "Black", "Male", "Withdrawal", 4.97),
        (SCHIZOPHRENIA, "Hispanic", "Female", "Dep_Mood", 7.53),
        (SCHIZOPHRENIA, "Hispanic", "Male", "Dep_Mood", 6.47),
        (SCHIZOPHRENIA, "Hispanic", "Female", "Unusual_Thought", 2.37),
        (SCHIZOPHRENIA, "Hispanic", "Male", "Unusual_Thought", 3.45),
        (SCHIZOPHRENIA, "White", "Female", "Psychomotor", 4.99),
        (SCHIZOPHRENIA, "White", "Female", "Tension", 5.76),
        (SCHIZOPHRENIA, "White", "Male", "Delusion", 3.54),
        (SCHIZOPHRENIA, "White", "Male", "Tension", 5.73),
    )
]

# Step 4 above: Black men with an affective disorder among the last 1,000 patients.
TEST_EXCEPTIONS = [
    Presentation(*row)
    for row in (
        (AFFECTIVE, "Black", "Male", "Dep_Mood", 7.0),
        (AFFECTIVE, "Black", "Male", "Rumination", 5.0),
        (AFFECTIVE, "Black", "Male", "Suspicious", 2.6),
        (AFFECTIVE, "Black", "Male", "Tension", 3.7),
    )
]

HEADER = ["Diagnosis", "Sex", "Race", "Housing", "Delay", *(symptom.name for symptom in SYMPTOMS)]


def mean_and_sd(symptom: Symptom, group: Group) -> tuple[float, float]:
    """Return mean and standard deviation of `symptom` among the patients of `group`."""
    means = {
        (AFFECTIVE, "Female"): symptom.affective_women,
        (AFFECTIVE, "Male"): symptom.affective_men,
        (SCHIZOPHRENIA, "Female"): symptom.schizophrenia_women,
        (SCHIZOPHRENIA, "Male"): symptom.schizophrenia_men,
    }
    affective = group.diagnosis == AFFECTIVE
    mean = means[group.diagnosis, group.sex]
    sd = symptom.affective_sd if affective else symptom.schizophrenia_sd
    for shown in EXCEPTIONS + (TEST_EXCEPTIONS if group.part == TEST else []):
        if shown[:4] == (group.diagnosis, group.race, group.sex, symptom.name):
            mean, sd = shown.mean, shown.sd or sd
    return mean, sd


def patients_of(group: Group, random: np.random.Generator) -> Iterator[list[str]]:
    """Yield the rows of one group, in the order of `HEADER`."""
    unstable = random.random(group.size) < group.unstable_housing
    delayed = random.random(group.size) < group.delayed_care
    means, sds = zip(*(mean_and_sd(symptom, group) for symptom in SYMPTOMS), strict=True)
    # + 0.0 turns the -0.0 that rounding makes into 0.0.
    scores = random.normal(means, sds, size=(group.size, len(SYMPTOMS))).round(DECIMALS) + 0.0
    for patient in range(group.size):
        yield [
            str(group.diagnosis),
            group.sex,
            group.race,
            "Unstable" if unstable[patient] else "Stable",
            "Yes" if delayed[patient] else "No",
            *(f"{score:.{DECIMALS}f}" for score in scores[patient]),
        ]


def simulate(seed: int = SEED) -> list[list[str]]:
    """Return all rows: 10,000 training patients in random order, then 1,000 test patients."""
    random = np.random.default_rng(seed)
    rows: list[list[str]] = []
    for part in (TRAINING, TEST):
        members = [row for g in GROUPS if g.part == part for row in patients_of(g, random)]
        rows += [members[i] for i in random.permutation(len(members))]
    return rows


def main() -> None:
    """Write the table to the file given, or beside this script."""
    chosen = sys.argv[1] if len(sys.argv) > 1 else Path(__file__).with_name("schizophrenia.csv")
    with Path(chosen).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(simulate())


if __name__ == "__main__":
    main()
