from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from memisis_core.data.card import card_path
from memisis_core.errors import InputError
from memisis_core.evaluation.metric import Axis, Metric, Status
from memisis_core.plan.goals import Goal, GoalResult
from memisis_core.plan.provenance import Provenance, Source
from memisis_core.report.document import report_on
from memisis_core.report.json_report import to_json
from memisis_core.report.rendering import to_html, to_markdown
from memisis_core.runs.comparing import compare_records
from memisis_core.runs.events import Failed, MetricsMeasured, Warned
from memisis_core.runs.store import Store
from tests.fakes.fake_executor import successful_run
from tests.fakes.study import Study, job_for

HOSTILE = "<script>alert(1)</script> | [x](http://e.com) \x1b[31m `code` & **"


class _Elements(HTMLParser):
    """Collects elements, attributes and text of a page, and checks that elements close."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes.extend((name, value or "") for name, value in attrs)
        if tag not in ("meta", "link", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += f"{data} "


def a_run(store: Store, study: Study, synthesizer: str = "ctgan"):
    provenance = {"epochs": Provenance(source=Source.SAID, words="3 epochs")}
    study = study.with_plan(provenance=provenance)
    known = store.runs(last=1)
    plan_id = known[0].plan_id if known else store.add_plan(study.plan, study.effective)
    record = store.add_run(plan_id, job_for(store, study, synthesizer))
    for event in successful_run(record.job):
        store.apply(record.id, event)
    return store.run(record.id)


@pytest.fixture
def runs(store, study):
    return [a_run(store, study, name) for name in ("ctgan", "gaussian_copula")]


def test_a_page_shows_every_measure_with_baseline_and_interval(runs):
    page = _Elements(to_html(report_on(runs, datetime(2026, 11, 21, tzinfo=UTC))))
    text = " ".join(page.text.split())
    marked = "KS complement overall 1 0.98 0.880 [0.870, 0.890] ! 0.920 [0.910, 0.930] ! 1,000"
    assert marked in text
    for word in ("Validation", "Fidelity", "Privacy", "Utility", "Fairness"):
        assert word in text
    assert "2026-11-21 00:00 UTC" in text
    assert "said 3 epochs" in text
    assert runs[0].job.dataset.sha256 in text
    assert runs[0].artefacts["synthetic"].sha256 in text


def test_a_report_compares_its_runs_as_the_command_line_does(runs):
    document = report_on(runs)
    comparison = compare_records(runs)
    marks = {
        (line.metric_id, line.subject): tuple(cell.mark for cell in line.cells)
        for axis in document.axes
        for line in axis.lines
    }
    for row in comparison.rows:
        wanted = tuple(row.glyph(run).strip().replace("·", "") for run in comparison.runs)
        assert marks[row.id, row.subject] == wanted
    assert document.differences is not None
    assert (document.differences.compared, document.differences.beyond) == (
        comparison.differences_counted()
    )
    assert report_on(runs[:1]).differences is None


def test_a_report_says_by_what_methods_and_what_the_data_card_says(runs):
    card = card_path(Path(runs[0].job.dataset.path))
    card.write_text('source = "A clinic"\nlicence = "for study only"\n', encoding="utf-8")
    for page in (to_html(report_on(runs)), to_markdown(report_on(runs))):
        assert "sdmetrics KSComplement" in page
        assert "A clinic" in page
        assert "for study only" in page
    card.unlink()
    assert "none lies beside the table" in to_html(report_on(runs))


def test_a_page_loads_nothing_and_runs_nothing(runs):
    page = _Elements(to_html(report_on(runs)))
    assert not {"script", "link", "img", "iframe", "object", "form"} & set(page.tags)
    addresses = [value for name, value in page.attributes if name in ("src", "href", "action")]
    assert all(address.startswith("#") for address in addresses)
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert any("default-src 'none'" in value for _, value in page.attributes)


def test_hostile_text_is_shown_and_never_read_as_markup(store, study):
    plan = study.plan.model_copy(update={"request": HOSTILE})
    plan_id = store.add_plan(plan, study.effective)
    record = store.add_run(plan_id, job_for(store, study), label="<b>A</b>")
    store.apply(record.id, Warned(text=HOSTILE))
    metric = Metric(id="fidelity.ks", axis=Axis.FIDELITY, name=HOSTILE, value=0.5, subject=HOSTILE)
    store.apply(record.id, MetricsMeasured(metrics=[metric]))
    store.apply(record.id, Failed(reason=HOSTILE))
    document = report_on([store.run(record.id)])

    page = _Elements(to_html(document))
    assert "script" not in page.tags
    assert "b" not in page.tags
    assert "<script>alert(1)</script> | [x](http://e.com) ␛[31m" in page.text
    assert "\x1b" not in page.text

    text = to_markdown(document)
    assert "<script>" not in text
    assert "\x1b" not in text
    assert "](http" not in text
    row = next(line for line in text.splitlines() if line.startswith("| &lt;script"))
    assert len(re.findall(r"(?<!\\)\|", row)) == 7


def test_small_groups_are_suppressed_in_every_form(store, study):
    record = a_run(store, study)
    small = Metric(
        id="fairness.selection_rate",
        axis=Axis.FAIRNESS,
        name="selection rate",
        value=0.123456,
        ci=(0.1, 0.2),
        real_baseline=0.654321,
        subject="Race=Asian",
        n=7,
    )
    told = Metric(
        id="fairness.equal_opportunity_difference",
        axis=Axis.FAIRNESS,
        name="equal opportunity",
        subject="Sex",
        status=Status.INSUFFICIENT_DATA,
        why="male × Black has 3 positives of 1,200 at 5 % level",
    )
    record = record.model_copy(update={"metrics": [small, told]})
    document = report_on([record])
    for text in (to_html(document), to_markdown(document), to_json([record])):
        assert "0.123" not in text
        assert "0.654" not in text
        assert "has 3 positives" not in text
        assert "fewer than 10 positives of 1,200 at 5 % level" in text
        assert "suppressed: a group of fewer than 10" in text
    assert '"n": 7' not in to_json([record])


def test_groups_stand_with_their_counts(store, study):
    metric = Metric(
        id="fairness.tpr",
        axis=Axis.FAIRNESS,
        name="true positive rate",
        value=0.5,
        subject="Sex=male",
        n=1200,
        counts={"positives": 1200, "negatives": 88},
    )
    record = a_run(store, study).model_copy(update={"metrics": [metric]})
    document = report_on([record])
    assert document.axes[0].lines[0].counts == "1,200 positives, 88 negatives"
    for text in (to_html(document), to_markdown(document)):
        assert "1,200 positives, 88 negatives" in text


def test_a_measure_that_counts_pairs_is_no_small_group(store, study):
    pairs = Metric(
        id="fidelity.correlation",
        axis=Axis.FIDELITY,
        name="pairs",
        value=0.9,
        subject="overall",
        n=6,
    )
    record = a_run(store, study).model_copy(update={"metrics": [pairs]})
    [axis] = report_on([record]).axes
    assert axis.lines[0].cells[0].text == "0.9"


def test_what_could_not_be_measured_says_why(runs):
    axis = next(axis for axis in report_on(runs).axes if axis.title == "Fairness")
    line = next(line for line in axis.lines if line.subject == "Race × Sex")
    assert line.cells[0].text == "not enough data"


def test_a_measure_that_one_run_lacks_leaves_a_gap_with_its_reason(runs):
    shorter = runs[1].model_copy(update={"metrics": runs[1].metrics[:1]})
    document = report_on([runs[0], shorter])
    line = next(line for axis in document.axes for line in axis.lines if line.subject == "Delay")
    assert [cell.text for cell in line.cells] == ["0.800 [0.790, 0.810]", "–"]
    assert line.cells[1].why == "this run has no such measure"


def test_caveats_are_numbered_once(store, study):
    caveat = "an indicator, no guarantee"
    metrics = [
        Metric(id=f"privacy.{name}", axis=Axis.PRIVACY, name=name, value=0.5, caveat=caveat)
        for name in ("dcr", "nndr")
    ]
    record = a_run(store, study).model_copy(update={"metrics": metrics})
    document = report_on([record])
    assert document.caveats == (caveat,)
    assert [line.caveat for line in document.axes[0].lines] == [1, 1]


def test_goals_stand_with_verdict_and_interval(store, study):
    record = a_run(store, study)
    goals = [
        GoalResult(
            goal=Goal.parse("utility.auroc >= 0.9"),
            verdict="uncertain",
            value=0.91,
            ci=(0.88, 0.94),
        ),
        GoalResult(goal=Goal.parse("privacy.x <= 0.1"), verdict="unknown", why="not measured"),
    ]
    text = to_markdown(report_on([record.model_copy(update={"goals": goals})]))
    assert "uncertain: the threshold lies inside the interval" in text
    assert "unknown: not measured" in text


def test_nothing_can_be_reported_on_no_run():
    with pytest.raises(InputError, match="no run to report on"):
        report_on([])


def test_json_holds_plans_and_runs_of_the_contract(runs):
    document = json.loads(to_json(runs))
    assert [run["synthesizer"] for run in document["runs"]] == ["ctgan", "gaussian_copula"]
    assert document["plans"][runs[0].plan_id]["effective"]["epochs"] == 3
    assert document["runs"][0]["metrics"][0]["id"] == "validation.valid_rows"


def test_headlines_stand_first_and_many_lines_stand_apart(store, study):
    record = a_run(store, study)
    many = [
        Metric(id="fidelity.correlation", axis=Axis.FIDELITY, name="pair", value=0.5, subject=name)
        for name in ["overall", *(f"a × b{number}" for number in range(20))]
    ]
    document = report_on([record.model_copy(update={"metrics": [*record.metrics, *many]})])
    assert "fidelity.ks" in [line.metric_id for line in document.overview]
    fidelity = next(axis for axis in document.axes if axis.title == "Fidelity")
    assert [line.subject for line in fidelity.lines] == ["overall", "Delay", "overall"]
    assert len(fidelity.details) == 20
    for text in (to_html(document), to_markdown(document)):
        assert "a × b19" in text
        assert "␊" not in text


def test_differences_do_not_give_away_why_a_small_group_has_no_value(store, study):
    runs = []
    for name in ("ctgan", "gaussian_copula"):
        record = a_run(store, study, name)
        short = Metric(
            id="fairness.equalized_odds_difference",
            axis=Axis.FAIRNESS,
            name="equalised odds difference",
            subject="ward",
            n=40,
            status=Status.INSUFFICIENT_DATA,
            why="3 positive, 37 negative in the holdout; 10 of each are needed",
            headline=True,
        )
        runs.append(record.model_copy(update={"metrics": [*record.metrics, short]}))
    text = to_markdown(report_on(runs))
    assert "3 positive" not in text
    assert "fewer than 10 positive" in text
