"""Finished runs that kept the data of their plots, with names of columns that are hard to show."""

from __future__ import annotations

import math

from memisis_core.evaluation.metric import Axis, Metric
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
from memisis_core.runs.events import ArtefactWritten, Finished, MetricsMeasured, Progress
from memisis_core.runs.record import RunRecord
from memisis_core.runs.states import RunState
from memisis_core.runs.store import Store
from memisis_core.secure_files import sha256_of, write_private
from tests.fakes.study import Study, job_for

COLUMNS = ("HbA1c [mmol/mol]", "<script>alert(1)</script>", "🩺 “pulse” & \x1b[31m\u202e", "Visit")


def plot_set(shift: float = 0.0) -> PlotSet:
    """Return the data of plots of every kind."""
    return PlotSet(
        distributions=(
            Distribution(
                column=COLUMNS[0],
                form="bins",
                step=10.0,
                cells=(
                    Cell(label="below 40", high=40.0, real=0.1, synthetic=0.2 - shift),
                    Cell(label="40 to 49", low=40.0, high=50.0, real=0.5, synthetic=0.4),
                    Cell(label="50 to 69", low=50.0, high=70.0, real=0.3, synthetic=0.3 + shift),
                    Cell(label="70 and over", low=70.0, real=0.1, synthetic=0.1),
                ),
                real_rows=180,
                synthetic_rows=95,
                real_missing=0.1,
                synthetic_missing=0.05,
                measure="fidelity.ks",
            ),
            Distribution(
                column=COLUMNS[1],
                form="levels",
                cells=(
                    Cell(label="<img src=x>", real=0.7, synthetic=0.6),
                    Cell(label="other (3 levels)", real=0.3, synthetic=0.4),
                ),
                real_rows=None,
                synthetic_rows=100,
                real_missing=None,
                synthetic_missing=0.0,
                measure="fidelity.tv",
            ),
            Distribution(
                column=COLUMNS[2],
                form="ordered",
                cells=(),
                real_rows=None,
                synthetic_rows=100,
                real_missing=None,
                synthetic_missing=0.0,
                measure="fidelity.tv",
            ),
            Distribution(
                column=COLUMNS[3],
                form="bins",
                dates=True,
                step=30.44,
                cells=(
                    Cell(label="2019-01", low=17897, high=17928, real=0.5, synthetic=0.4),
                    Cell(label="2019-02", low=17928, high=17956, real=0.5, synthetic=0.6),
                ),
                real_rows=200,
                synthetic_rows=100,
                real_missing=0.0,
                synthetic_missing=0.0,
                measure="fidelity.ks",
            ),
        ),
        associations=Associations(
            columns=COLUMNS[:3],
            pairs=(
                AssociationPair(
                    first=0, second=1, real=0.5, holdout=0.45, synthetic=0.1 + shift, signed=True
                ),
                AssociationPair(
                    first=0, second=2, real=0.2, holdout=None, synthetic=0.3, signed=False
                ),
                AssociationPair(
                    first=1, second=2, real=None, holdout=None, synthetic=None, signed=False
                ),
            ),
        ),
        attacks=(
            AttackCurve(
                measure="privacy.membership_auc",
                title="distance to the nearest synthetic row",
                auc=0.61,
                ci=(0.55, 0.67),
                members=60,
                points=tuple(
                    RocPoint(
                        false_alarms=i / 50,
                        found=math.sqrt(i / 50),
                        low=max(math.sqrt(i / 50) - 0.05, 0.0),
                        high=min(math.sqrt(i / 50) + 0.05, 1.0),
                    )
                    for i in range(51)
                ),
            ),
        ),
        groups=(
            GroupPanel(
                attribute="Sex",
                measure="fairness.tpr",
                name="true positive rate",
                ceiling=1.0,
                intersection=False,
                groups=(
                    GroupValue(group="Sex=female", value=0.6, ci=(0.5, 0.7), real=0.65, n=41),
                    GroupValue(group="Sex=male", value=0.8, ci=(0.7, 0.9), real=0.7, n=37),
                    GroupValue(group="Sex=<b>other</b>"),
                ),
            ),
        ),
    )


def plotted_run(
    store: Store, study: Study, synthesizer: str, shift: float = 0.0, label: str | None = None
) -> RunRecord:
    """Return a finished run with measures, losses and the data of plots."""
    plan_id = store.add_plan(study.plan, study.effective)
    record = store.add_run(plan_id, job_for(store, study, synthesizer), label=label)
    if synthesizer != "gaussian_copula":
        for step in range(1, 8):
            losses = {"generator": -0.3 * step, "discriminator": math.sin(step)}
            progress = Progress(state=RunState.TRAINING, step=step, total=7, losses=losses)
            store.apply(record.id, progress)
    store.apply(record.id, MetricsMeasured(metrics=_metrics(shift)))
    record.job.folder.mkdir(parents=True, exist_ok=True)
    path = write_private(record.job.folder / "plots.json", plots_json(plot_set(shift)))
    store.apply(record.id, ArtefactWritten(name="plots", path=path.name, sha256=sha256_of(path)))
    store.apply(record.id, Finished(state=RunState.DONE))
    return store.run(record.id)


def _metrics(shift: float) -> list[Metric]:
    rows = [
        ("fidelity.ks", Axis.FIDELITY, "KS complement", COLUMNS[0], 0.9 - shift, "higher"),
        ("fidelity.pair_trends", Axis.FIDELITY, "column pair trends", "overall", 0.9, "higher"),
        ("privacy.membership_auc", Axis.PRIVACY, "membership attack", "overall", 0.61, "lower"),
        ("utility.auroc_gap", Axis.UTILITY, "AUROC gap", "overall", 0.05 + shift, "lower"),
    ]
    return [
        Metric(
            id=id_,
            axis=axis,
            name=name,
            subject=subject,
            value=value,
            ci=(value - 0.02, value + 0.02),
            ideal={"privacy": 0.5, "utility": 0.0}.get(axis.value, 1.0),
            direction="lower" if direction == "lower" else "higher",
            n=200,
        )
        for id_, axis, name, subject, value, direction in rows
    ]
