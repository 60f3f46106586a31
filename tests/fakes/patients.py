"""A run with synthetic patients, usual ones and some that are not, and with plots."""

from __future__ import annotations

import random
from collections.abc import Iterator

from memisis_core.evaluation.plot_data import (
    AssociationPair,
    Associations,
    AttackCurve,
    Cell,
    Distribution,
    GroupPanel,
    GroupValue,
    PlotSet,
    RocPoint,
    plots_json,
)
from memisis_core.runs.events import Event
from memisis_core.runs.job import JobSpecification
from tests.fakes.fake_executor import successful_run, write_artefact

ROWS = 100
UNUSUAL_EVERY = 10
"""Every tenth patient is older than any real one."""


def synthetic_table(rows: int = ROWS) -> str:
    """Return invented patients as CSV, with the columns of `tests.fakes.study.SCHEMA`."""
    draw = random.Random(11)
    lines = ["Age,HbA1c [mmol],Sex,Outcome"]
    for row in range(rows):
        age = 120 if row % UNUSUAL_EVERY == 0 else draw.randint(25, 85)
        sex = draw.choice(["female", "male"])
        lines.append(f"{age},{draw.gauss(50, 4):.1f},{sex},{draw.choice(['alive', 'dead'])}")
    return "\n".join(lines) + "\n"


def distribution(column: str, unit: str | None = None) -> Distribution:
    """Return a column in which synthetic patients are younger; its last bin is merged of two."""
    cells = (
        Cell(label="20 to 29", low=20, high=30, real=0.25, synthetic=0.5),
        Cell(label="30 to 39", low=30, high=40, real=0.25, synthetic=0.3),
        Cell(label="40 to 59", low=40, high=60, real=0.5, synthetic=0.2),
    )
    return Distribution(
        column=column,
        unit=unit,
        form="bins",
        step=10,
        cells=cells,
        real_rows=140,
        synthetic_rows=100,
        real_missing=None,
        synthetic_missing=0.0,
        measure="fidelity.ks",
    )


def example_plots(columns: tuple[str, ...] = ("Age", "HbA1c [mmol]", "Sex")) -> PlotSet:
    """Return plots of every kind about columns with these names."""
    pairs = tuple(
        AssociationPair(
            first=i, second=j, real=0.6, holdout=0.58, synthetic=0.6 - 0.3 * j, signed=True
        )
        for i in range(len(columns))
        for j in range(i + 1, len(columns))
    )
    points = tuple(
        RocPoint(false_alarms=x / 10, found=min(x / 8, 1), low=x / 12, high=min(x / 6, 1))
        for x in range(11)
    )
    groups = (
        GroupValue(group=f"{columns[-1]}=female", value=0.7, ci=(0.6, 0.8), real=0.75, n=40),
        GroupValue(group=f"{columns[-1]}=[/]"),
    )
    return PlotSet(
        distributions=tuple(distribution(name, "years" if i == 0 else None)
                            for i, name in enumerate(columns)),
        associations=Associations(columns=columns, pairs=pairs, left_out=2),
        attacks=(
            AttackCurve(
                measure="privacy.membership_auc",
                title="distance to the nearest synthetic row",
                auc=0.56,
                ci=(0.5, 0.62),
                members=60,
                points=points,
            ),
        ),
        groups=(
            GroupPanel(
                attribute=columns[-1],
                measure="fairness.tpr",
                name="true positive rate",
                ceiling=1.0,
                intersection=False,
                groups=groups,
            ),
        ),
    )  # fmt: skip


def reviewable_run(job: JobSpecification) -> Iterator[Event]:
    """Yield the events of `successful_run`, with patients and plots."""
    for event in successful_run(job):
        if getattr(event, "name", "") == "synthetic":
            yield write_artefact(job, "synthetic", "synthetic.csv", synthetic_table())
            yield write_artefact(job, "plots", "plots.json", plots_json(example_plots()))
        else:
            yield event
