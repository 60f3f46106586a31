"""A study: what its statistics claim, what its answer says, and that finished runs are kept."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from benchmarks.study_answer import answer
from benchmarks.study_comparison import ENDPOINTS, REAL, Results
from benchmarks.study_document import document
from benchmarks.study_runs import STUDIES, Study, carry_out, read_study
from benchmarks.study_statistics import (
    Estimate,
    PairedDifference,
    holm,
    mean_over_seeds,
    paired_difference,
    verdict,
)
from memisis_core.data.samples import sample_table
from memisis_core.errors import InputError, WorkFailed
from memisis_core.evaluation.catalogue import explain
from memisis_core.evaluation.metric import Axis, Metric
from memisis_core.plan.model import Plan
from memisis_core.runs.events import (
    ArtefactWritten,
    Failed,
    Finished,
    MetricsMeasured,
    StateChanged,
)
from memisis_core.runs.states import RunState
from memisis_core.secure_files import private_folder, sha256_of, write_private
from tests.fakes.fake_executor import FakeExecutor

SEEDS = (0, 1, 2, 3, 4)


def estimates(*values, half=0.0):
    return [Estimate(value, (value - half, value + half)) for value in values]


def test_holm_agrees_with_the_worked_example_of_his_procedure():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []


def test_the_mean_adds_the_noise_of_seeds_and_of_runs_in_squares():
    values = [0.90, 0.92, 0.91, 0.89, 0.93]
    low, high = stats.t.interval(0.95, 4, np.mean(values), stats.sem(values))
    alone = mean_over_seeds(estimates(*values))
    assert alone.interval == pytest.approx((low, high))
    wider = mean_over_seeds(estimates(*values, half=0.03))
    assert wider.interval[1] - wider.value == pytest.approx(np.hypot((high - low) / 2, 0.03))


def test_differences_of_seeds_are_tested_with_the_variance_of_overlapping_training_parts():
    first, second = estimates(0.9, 0.8, 0.7, 0.9, 0.8), estimates(0.8, 0.8, 0.6, 0.7, 0.8)
    found = paired_difference(first, second, 0.3 / 0.7)
    spread = np.std([0.1, 0.0, 0.1, 0.2, 0.0], ddof=1)
    assert found.value == pytest.approx(0.08)
    assert found.error == pytest.approx(spread * np.sqrt(1 / 5 + 3 / 7))
    plain = stats.ttest_rel([0.9, 0.8, 0.7, 0.9, 0.8], [0.8, 0.8, 0.6, 0.7, 0.8]).pvalue
    assert found.p_different > plain


def test_five_equal_values_do_not_pass_for_certainty():
    found = paired_difference(estimates(*[0.0] * 5, half=0.1), estimates(*[0.0] * 5, half=0.1), 0.4)
    assert found.error > 0.02
    assert found.p_equivalent(0.05) > 0.05
    assert found.p_equivalent(0.5) < 0.001


def test_equivalence_is_rejected_at_the_margin_and_accepted_far_within():
    found = PairedDifference(value=0.0, error=0.002, seeds=5)
    assert found.p_equivalent(0.02) < 0.001
    assert PairedDifference(0.02, 0.002, 5).p_equivalent(0.02) == pytest.approx(0.5)
    assert PairedDifference(-0.03, 0.002, 5).p_equivalent(0.02) > 0.99


def test_the_chance_of_a_false_difference_between_equals_stays_below_the_level():
    draw = np.random.default_rng(3)
    alarms = sum(
        paired_difference(
            estimates(*draw.normal(0, 1, 5)), estimates(*draw.normal(0, 1, 5)), 0.4
        ).p_different
        < 0.05
        for _ in range(400)
    )
    assert alarms / 400 <= 0.05


@pytest.mark.parametrize(
    ("different", "equivalent", "expected"),
    [
        (0.01, 0.9, "different"),
        (0.01, 0.01, "different within the margin"),
        (0.9, 0.01, "equivalent"),
        (0.9, 0.9, "unsettled"),
    ],
)
def test_a_verdict_needs_both_tests(different, equivalent, expected):
    assert verdict(different, equivalent) == expected


def test_every_endpoint_is_a_measure_of_the_catalogue():
    for endpoint in ENDPOINTS:
        assert explain(endpoint.id).axis is endpoint.axis


def test_every_study_can_be_read_and_runs_on_a_sample_table():
    names = [file.stem for file in STUDIES.glob("*.toml")]
    assert set(names) >= {"schizophrenia", "nhefs"}
    for name in names:
        study = read_study(name)
        assert study.table.is_file()
        assert study.seeds == SEEDS
        assert study.plan.epochs == 300


def test_an_unknown_study_is_said_to_be_unknown():
    with pytest.raises(InputError, match="nhefs"):
        read_study("diabetes")


# The whole, with a worker that only reports measures.

LOST = {"ctgan": 0.1, "gaussian_copula": -0.1, "tvae": -2.0}
GAPS = {"ctgan": 0.10, "gaussian_copula": 0.010, "tvae": 0.010}


def scripted(job):
    """Report measures that differ by synthesizer in utility, and in nothing in fairness."""
    noise = np.random.default_rng([job.plan.seed, len(job.synthesizer)]).normal(0, 0.001)
    rows = [
        ("utility.auroc_gap", "overall", GAPS[job.synthesizer] + noise, 0.0, 0.0),
        ("utility.auroc", "overall", 0.95 - GAPS[job.synthesizer], 1.0, 0.95),
        ("fairness.equalized_odds_difference", "Race", 0.05 + noise, 0.0, 0.05),
        ("fairness.representation", "Race=Black", LOST[job.synthesizer] + noise, 0.0, 0.0),
        *(
            (f"fairness.{rate}", "Race=Black", 0.4 + noise, None, 0.4)
            for rate in ("selection_rate", "tpr", "fpr")
        ),
    ]
    metrics = [
        Metric(
            id=id_,
            axis=Axis(id_.partition(".")[0]),
            name=explain(id_).name,
            value=value,
            ci=(value - 0.002, value + 0.002),
            ideal=ideal,
            direction=explain(id_).direction,
            real_baseline=baseline,
            subject=subject,
            n=7 if id_ == "fairness.fpr" else 40,
        )
        for id_, subject, value, ideal, baseline in rows
    ]
    yield StateChanged(state=RunState.PREPARING)
    yield MetricsMeasured(metrics=metrics)
    about = {"versions": {"memisis": "1"}, "system": "Linux", "machine": "x", "threads": 1}
    for name, text in (("environment", json.dumps(about)), ("synthetic", "a\n1\n")):
        path = write_private(private_folder(job.folder) / name, text)
        yield ArtefactWritten(name=name, path=name, sha256=sha256_of(path))
    yield Finished(state=RunState.DONE, epochs_trained=2)


@pytest.fixture
def study():
    plan = Plan(
        synthesizers=["ctgan", "gaussian_copula", "tvae"],
        target="Diagnosis",
        protected=["Race", "Sex"],
    )
    table = sample_table("schizophrenia")
    return Study("trial", "A trial", table, SEEDS, plan, ("It is invented.",))


def test_the_answer_follows_from_the_runs(study, tmp_path: Path):
    runs = carry_out(study, tmp_path, FakeExecutor(script=scripted))
    assert [(run.synthesizer, run.seed) for run in runs[:4]] == [
        ("ctgan", 0),
        ("gaussian_copula", 0),
        ("tvae", 0),
        ("ctgan", 1),
    ]
    results = Results(runs, ["Race", "Sex", "Race × Sex"])
    utility = {(one.first, one.second): one for one in results.between_synthesizers(Axis.UTILITY)}
    assert utility["ctgan", "tvae"].better == "tvae"
    assert utility["ctgan", "tvae"].difference.value == pytest.approx(0.09, abs=0.002)
    assert utility["gaussian_copula", "tvae"].verdict == "equivalent"
    fairness = results.between_synthesizers(Axis.FAIRNESS)
    assert {one.verdict for one in fairness} == {"equivalent"}
    against = {one.first: one for one in results.against_real(Axis.UTILITY)}
    assert against["ctgan"].better == REAL
    text = "\n".join(answer(results))
    assert "Comparable across fairness and utility? No." in text
    assert "2 of 6 comparisons" in text
    assert "Less than half of their share in training: with TVAE Race=Black (0.14 ×)." in text
    assert "No measure had a value in every run" in text


def test_the_document_says_question_answer_sizes_and_caveats(study, tmp_path: Path):
    runs = carry_out(study, tmp_path, FakeExecutor(script=scripted))
    text = document(study, Results(runs, ["Race", "Sex", "Race × Sex"]))
    for expected in ("## Question", "It is invented.", "Nadeau & Bengio", "seeds 0, 1, 2, 3, 4"):
        assert expected in text
    assert "| Race=Black | 40 | 40 | under 10 |" in text
    assert str(tmp_path) not in text
    table = [line for line in text.splitlines() if line.startswith("| **AUROC gap")]
    assert [line.count("|") for line in table] == [7]


def test_finished_runs_are_not_done_again(study, tmp_path: Path):
    def breaks_at_seed_two(job):
        if job.plan.seed == 2:
            yield Failed(reason="no space left")
        else:
            yield from scripted(job)

    with pytest.raises(WorkFailed, match="no space left"):
        carry_out(study, tmp_path, FakeExecutor(script=breaks_at_seed_two))
    rest = FakeExecutor(script=scripted)
    assert len(carry_out(study, tmp_path, rest)) == 15
    assert [job.specification.plan.seed for job in rest.jobs] == [2] * 3 + [3] * 3 + [4] * 3
    other = study.plan.model_copy(update={"epochs": 5})
    again = FakeExecutor(script=scripted)
    carry_out(Study("trial", "A trial", study.table, (0, 1, 2), other, ()), tmp_path, again)
    assert len(again.jobs) == 9
