"""The Markdown of a study, from its runs alone."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.study_answer import answer, name_of
from benchmarks.study_comparison import (
    ANSWERED,
    ENDPOINTS,
    MARGIN_REASONS,
    Compared,
    Key,
    Results,
    is_signed_extreme,
)
from benchmarks.study_runs import Study
from memisis_core.evaluation.metric import Axis, Metric, Status
from memisis_core.report.numbers import count, duration, measured, plain
from memisis_core.runs.record import RunRecord

_SMALL = 10
_SHARE = "fairness.representation"
_ALSO_SHOWN = {
    Axis.UTILITY: ("f1_gap", "calibration_slope", "importance_agreement", "augmented_auroc_gain"),
    Axis.FAIRNESS: (
        *("equalized_odds_difference_change", "equal_opportunity_difference"),
        *("abroca", "flip_rate"),
    ),
    Axis.PRIVACY: ("membership_tpr_1", "membership_auc_rare", "exact_copies", "dcr_share"),
    Axis.FIDELITY: ("pmse_ratio", "associations", "range_coverage"),
}
"""Shown beside the endpoints; the answer does not rest on them."""


def document(study: Study, results: Results) -> str:
    """Return the whole document."""
    parts = [
        f"# Study: {study.title}",
        f"Written by `python benchmarks/study.py {shlex.quote(study.name)}` from its runs; do not "
        f"edit. Inputs and seeds: `benchmarks/studies/{study.name}.toml`.",
        "## Question",
        f"Are {_listed(name_of(who) for who in results.synthesizers)} comparable across fairness "
        f"and utility, and what of privacy and fidelity, on `sample_data/{study.table.name}`?",
        "## Answer",
        *answer(results),
        "What each verdict means, and what the answer does not show, is said under Methods and "
        "Caveats.",
        "## Methods",
        *_methods(study, results),
        "## Utility: trained on synthetic, tested on real",
        *_utility(results),
        "## Fairness: errors by group",
        *_groups(results),
        "## All measures",
        *_axes(results),
        "## Differences between synthesizers",
        *_differences(results),
        "## Differences from real data",
        *_against_real(results),
        "## Runs",
        "One after the other, one thread each. Wall times include whatever else the machine did.",
        _runs(results.runs),
        "## Caveats",
        *(f"- {caveat}" for caveat in (*study.caveats, *_CAVEATS)),
    ]
    return "\n\n".join(parts).replace("\n\n- ", "\n- ") + "\n"


_CAVEATS = (
    "One table, one set of hyperparameters (SDV's defaults). Another table or tuning may turn the "
    "order round.",
    "Few seeds: the t intervals are wide, and “unsettled” is an answer. “Equivalent” holds for the "
    "stated margin only.",
    "Each axis is corrected for its own comparisons, not for those of the others. Intervals in "
    "tables are for each value alone.",
    "A model that predicts nothing treats all groups alike: read differences between groups beside "
    "utility, and fidelity inside groups beside their size.",
    "Privacy measures are attacks that were tried and indicators, no guarantee; none shows legal "
    "compliance.",
)


def _methods(study: Study, results: Results) -> list[str]:
    plan = results.runs[0].job.plan
    seeds = ", ".join(str(seed) for seed in results.seeds)
    return [
        f"- **Table.** {results.runs[0].job.dataset.rows:,} rows, SHA-256 "
        f"`{results.runs[0].job.dataset.sha256}`. Target {plan.target}; protected "
        f"{_listed(plan.protected)}, and their intersection.",
        f"- **Division.** For each seed anew, stratified by the target: {plan.train_rows:,} rows "
        f"of training, {plan.holdout_rows:,} held out. All synthesizers of one seed have the same "
        f"two parts; each makes {plan.sample_rows:,} synthetic rows.",
        f"- **Synthesizers.** {_listed(name_of(who) for who in results.synthesizers)}, "
        f"{plan.epochs} epochs where there are epochs, batches of {plan.batch_size} "
        f"(about {max(1, round(plan.train_rows / plan.batch_size))} an epoch), otherwise "
        f"SDV's defaults; seeds {seeds}.",
        f"- **Versions.** {_versions(results.runs)}.",
        "- **Baselines.** “Real” is the same measure with the holdout in the synthetic data's "
        "place, and for models the one trained on as many real rows, tested on the same holdout.",
        "- **Intervals of a mean.** 95 %, both sources of noise: the t interval over the seeds and "
        "the runs' own intervals (patients held out, records attacked), added in squares; the "
        "second part is not narrowed by averaging, since all divisions are of the same patients. "
        "Shares are cut at 0 and 1.",
        "- **Differences.** Distances from the ideal, paired by seed (same holdout), by the "
        "corrected resampled t test (Nadeau & Bengio 2003), whose variance allows for training "
        f"parts that overlap: (1/{len(results.seeds)} + {results.held_to_trained:.2f}) s². It is "
        "never taken to be less than the runs' own intervals say.",
        "- **Verdicts.** Two p values a comparison, each adjusted by Holm for all comparisons of "
        "the axis, level 0.05. *Different*: the first rejects “no difference”. *Equivalent*: two "
        "one-sided tests reject “the margin or more”. Both: *different within the margin*. "
        "Neither: *unsettled*.",
        f"- **Margins.** {MARGIN_REASONS}. They are set in `benchmarks/study_comparison.py` and "
        "are the same for every table.",
    ]


def _versions(runs: Sequence[RunRecord]) -> str:
    environments = [json.loads(Path(run.artefacts["environment"].path).read_text()) for run in runs]
    found: dict[str, set[str]] = {}
    for environment in environments:
        for name, version in environment["versions"].items():
            found.setdefault(name, set()).add(version)
    told = [f"{name} {' and '.join(sorted(versions))}" for name, versions in found.items()]
    machines = {f"{one['system']} on {one['machine']}" for one in environments}
    threads = {str(one["threads"]) for one in environments}
    return f"{', '.join(told)}; {_listed(sorted(machines))}; threads a run: {' or '.join(threads)}"


def _utility(results: Results) -> list[str]:
    """Return TSTR beside TRTR, learner by learner, for the scores that the target has."""
    tables = []
    for score in ("auroc", "average_precision", "balanced_accuracy", "brier", "r2", "rmse"):
        measured_as = [m for m in results.runs[0].metrics if m.id == f"utility.{score}"]
        if not any(metric.status is Status.OK for metric in measured_as):
            continue
        rows = [_row(results, m.key, m.subject.replace("_", " ")) for m in measured_as]
        header = (measured_as[0].name, "trained on real", *map(name_of, results.synthesizers))
        tables.append(_table(header, [(row[0], row[2], *row[3:]) for row in rows]))
    return [
        "Means over the seeds; every model is tested on the same real holdout of its seed. "
        "“Trained on real” is TRTR, the columns beside it TSTR.",
        *tables,
    ]


def _groups(results: Results) -> list[str]:
    """Return cell sizes, selection and error rates of each group and intersection."""
    first = results.synthesizers[0]
    found = {key for run in results.runs for key in (m.key for m in run.metrics)}
    order = [m.subject for m in results.runs[0].metrics if m.id == "fairness.selection_rate"]
    groups = [group for group in order if ("fairness.selection_rate", group) in found]
    sizes = _table(
        ("group", "patients held out", "positives", "negatives"),
        [
            (group, *(_sizes(results.metrics(first, (f"fairness.{rate}", group)))
                      for rate in ("selection_rate", "tpr", "fpr")))
            for group in groups
        ],
    )  # fmt: skip
    shares = [group for group in groups if results.metrics(first, (_SHARE, group))]
    tables = [
        _table(
            ("Log ratio of the group's share to that in training", "real",
             *map(name_of, results.synthesizers)),
            [(row[0], *row[2:]) for row in (_row(results, (_SHARE, one), one) for one in shares)],
        )
    ]  # fmt: skip
    for rate, title in (("tpr", "True-positive rate"), ("fpr", "False-positive rate")):
        header = (title, "trained on real", *map(name_of, results.synthesizers))
        rows = [_row(results, (f"fairness.{rate}", group), group) for group in groups]
        tables.append(_table(header, [(row[0], row[2], *row[3:]) for row in rows]))
    return [
        "Cells of the holdout, smallest to largest over the seeds; a rate with fewer than 10 "
        "patients to rest on is not computed.",
        sizes,
        *tables,
        *_not_measured(results, groups),
    ]


def _not_measured(results: Results, groups: Sequence[str]) -> list[str]:
    """Say which groups the worst group's fidelity leaves out, since it looks better for it."""
    told = []
    for who in results.synthesizers:
        for group in groups:
            found = results.metrics(who, ("fairness.subgroup_fidelity", group))
            missing = sum(metric.status is Status.INSUFFICIENT_DATA for metric in found)
            if missing:
                told.append(f"{name_of(who)}, {group} ({missing} of {len(found)} seeds)")
    if not told:
        return []
    return [
        "Fidelity inside these groups could not be measured for want of rows, so that the worst "
        f"group is one of the others: {'; '.join(told)}."
    ]


def _sizes(metrics: Sequence[Metric]) -> str:
    sizes = [metric.n for metric in metrics if metric.n is not None]
    if not sizes:
        return "not known"
    low, high = (f"under {_SMALL}" if n < _SMALL else count(n) for n in (min(sizes), max(sizes)))
    return low if low == high else f"{low} to {high}"


def _axes(results: Results) -> list[str]:
    parts = ["Means over the seeds with their intervals. Bold: the answer rests on it."]
    for axis in ANSWERED:
        endpoints = [endpoint.id for endpoint in ENDPOINTS if endpoint.axis is axis]
        rows = []
        for measure in (*endpoints, *(f"{axis}.{name}" for name in _ALSO_SHOWN[axis])):
            for key in results.keys(measure) or [(measure, "overall")]:
                bold = "**" if measure in endpoints else ""
                rows.append(_row(results, key, bold=bold))
        header = ("measure", "ideal", "real", *map(name_of, results.synthesizers))
        parts += [f"### {axis.value.capitalize()}", _table(header, rows)]
    return parts


def _row(results: Results, key: Key, title: str | None = None, bold: str = "") -> tuple[str, ...]:
    sample = results.metrics(results.synthesizers[0], key)
    if not sample:
        return (title or " ".join(key), "", *("" for _ in ("real", *results.synthesizers)))
    metric = sample[0]
    subject = "" if metric.subject == "overall" else f", {metric.subject}"
    subject += ", size" if is_signed_extreme(metric) else ""
    baseline = results.baseline(key)
    return (
        title or f"{bold}{metric.name}{bold}{subject}",
        "" if metric.ideal is None else plain(metric.ideal),
        "" if baseline is None else plain(baseline),
        *(_cell(results, who, key) for who in results.synthesizers),
    )


def _cell(results: Results, synthesizer: str, key: Key) -> str:
    if results.complete(synthesizer, key):
        mean = results.mean(synthesizer, key)
        return measured(mean.value, mean.interval)
    metrics = results.metrics(synthesizer, key)
    missing = [metric for metric in metrics if metric.status is not Status.OK]
    if not missing:
        return "not measured"
    reason = missing[0].status.value.replace("_", " ")
    return f"{reason} ({len(missing)} of {len(results.seeds)} seeds)"


def _differences(results: Results) -> list[str]:
    parts = [
        "How much further the first falls short of the ideal than the second, with its 95 % "
        "interval; below 0 the first is better. p values are adjusted."
    ]
    for axis in ANSWERED:
        parts += [f"### {axis.value.capitalize()}", _compared(results.between_synthesizers(axis))]
        parts += [f"- Not compared: {left_out}" for left_out in results.left_out(axis)]
    return parts


def _against_real(results: Results) -> list[str]:
    compared = [one for axis in ANSWERED for one in results.against_real(axis)]
    return [
        "How much further each falls short of the ideal than real data in its place, in the same "
        "way; below 0 it lies closer to the ideal than real data.",
        _compared(compared),
    ]


def _compared(compared: Iterable[Compared]) -> str:
    header = ("measure", "first", "second", "difference", "margin", "p different",
              "p equivalent", "verdict")  # fmt: skip
    rows = [
        (
            one.title,
            name_of(one.first),
            name_of(one.second),
            measured(one.difference.value, one.difference.interval),
            plain(one.margin),
            _p(one.p_different),
            _p(one.p_equivalent),
            one.verdict + (f"; {name_of(one.better)} better" if one.better else ""),
        )
        for one in compared
    ]
    return _table(header, rows)


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def _runs(runs: Sequence[RunRecord]) -> str:
    rows = []
    for run in runs:
        seconds = (run.ended - run.started).total_seconds() if run.ended and run.started else 0.0
        epochs = "none" if run.epochs_trained is None else str(run.epochs_trained)
        checksum = run.artefacts["synthetic"].sha256[:16]
        rows.append((name_of(run.synthesizer), str(run.seed), epochs, duration(seconds),
                     f"`{checksum}`"))  # fmt: skip
    header = ("synthesizer", "seed", "epochs", "wall time", "synthetic.csv, SHA-256 begins")
    return _table(header, rows)


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |"
                     for line in lines)  # fmt: skip


def _listed(names: Iterable[str]) -> str:
    known = list(names)
    return known[0] if len(known) == 1 else f"{', '.join(known[:-1])} and {known[-1]}"
