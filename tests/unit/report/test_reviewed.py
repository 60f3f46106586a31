"""What reviewers said stands in every report, with its intervals and as text."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from memisis_core.report.document import report_on
from memisis_core.report.json_report import to_json
from memisis_core.report.rendering import to_html, to_markdown
from memisis_core.review.blinded import new_test
from memisis_core.review.judgement import Judgement, Verdict
from memisis_core.runs.record import RunRecord
from memisis_core.runs.states import RunState
from memisis_core.runs.store import Store
from tests.fakes.study import Study, job_for

NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
def reviewed(store: Store, study: Study) -> RunRecord:
    """A run of which one patient was called plausible, one not, and a finished blinded test."""
    job = job_for(store, study)
    store.add_run(store.add_plan(study.plan, study.effective), job)
    store.reviews.judge(job.run_id, Judgement(row=3, verdict=Verdict.PLAUSIBLE, at=NOW))
    why = "<script>x</script> [/] \x1b[31mtoo | old"
    judged = Judgement(row=7, verdict=Verdict.IMPLAUSIBLE, why=why, columns=("Age",), at=NOW)
    store.reviews.judge(job.run_id, judged)
    test = store.reviews.add_test(job.run_id, new_test(60, 100, 5, seed=1, at=NOW))
    for real in test.real:
        test = test.answered(real, NOW)
        store.reviews.keep_test(test)
    store.reviews.add_test(job.run_id, new_test(60, 100, 5, seed=2, at=NOW))  # not finished
    return store.run(job.run_id)


def test_judgements_and_finished_tests_are_in_every_format(reviewed: RunRecord) -> None:
    document = report_on([reviewed])
    for text in (to_html(document), to_markdown(document)):
        assert "Review by a person" in text
        assert "2 synthetic patients, drawn at random, were judged" in text
        assert "10 of 10" in text.replace("\\", "")
        assert "69%" in text.replace("\\", "")  # Clopper and Pearson, 10 of 10
        assert text.count("Blinded test of") == 1
        assert "\x1b" not in text
    assert "<script>x" not in to_html(document)
    review = json.loads(to_json([reviewed]))["runs"][0]["review"]
    assert [j["verdict"] for j in review["judgements"]] == ["plausible", "implausible"]
    assert [(t["right"], t["n"]) for t in review["blinded_tests"]] == [(10, 10)]


def test_a_run_that_nobody_reviewed_has_no_section(store: Store, study: Study) -> None:
    job = job_for(store, study)
    store.add_run(store.add_plan(study.plan, study.effective), job)
    assert "Review by a person" not in to_html(report_on([store.run(job.run_id)]))


def test_judgements_go_with_their_run(reviewed: RunRecord, store: Store) -> None:
    store.set_state(reviewed.id, RunState.FAILED, "x")
    store.delete_run(reviewed.id)
    assert store.reviews.judgements(reviewed.id) == []
    assert store.reviews.tests(reviewed.id) == []


def test_answers_are_never_taken_back(reviewed: RunRecord, store: Store) -> None:
    first, second = store.reviews.tests(reviewed.id)
    store.reviews.keep_test(first.model_copy(update={"answers": ()}))
    assert store.reviews.tests(reviewed.id)[0].finished
    store.reviews.withdraw(reviewed.id, 7)
    assert [j.row for j in store.reviews.judgements(reviewed.id)] == [3]
    assert not second.finished
