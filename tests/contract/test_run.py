"""``memisis run``, ``runs`` and ``evaluate``: the JSON that scripts rely on, from real runs."""

from pathlib import Path
from typing import Any

import pytest

from memisis_core.evaluation.registry import families
from memisis_core.runs.store import Store
from memisis_screens.run_comparison import compare_runs
from memisis_screens.run_view import RunView
from tests.contract.conftest import Memisis, Said

pytestmark = pytest.mark.slow

PLAN = """version = 1
synthesizers = ["ctgan", "gaussian_copula", "tvae"]
epochs = 3
sample_rows = 200
target = "died"
protected = ["race", "sex"]
[[goals]]
metric = "utility.auroc_gap"
op = "<="
value = 0.9
"""
METRIC_KEYS = {
    "id",
    "axis",
    "name",
    "value",
    "ci",
    "ideal",
    "direction",
    "real_baseline",
    "subject",
    "n",
    "status",
    "why",
    "caveat",
}


@pytest.fixture(scope="module")
def plan_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plan") / "plan.toml"
    path.write_text(PLAN)
    return path


@pytest.fixture(scope="module")
def first(memisis: Memisis, patients: Path, plan_file: Path, out: Path) -> Said:
    said = memisis("run", patients, "--plan", plan_file, "--out", out, "--json")
    assert said.status == 0, said.errors
    return said


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("out") / "results"


def runs_by_name(said: Said) -> dict[str, dict[str, Any]]:
    return {run["synthesizer"]: run for run in said.document["runs"]}


def test_three_runs_are_done_with_every_metric_of_every_axis(first: Said) -> None:
    runs = runs_by_name(first)
    assert set(runs) == {"ctgan", "gaussian_copula", "tvae"}
    promised = {name for family in families() for name in family.ids}
    for run in runs.values():
        assert run["state"] == "done"
        assert {metric["id"] for metric in run["metrics"]} >= promised
        assert {m["axis"] for m in run["metrics"]} == {
            "validation",
            "fidelity",
            "privacy",
            "utility",
            "fairness",
        }
        for metric in run["metrics"]:
            assert set(metric) >= METRIC_KEYS
            assert (metric["value"] is not None) == (metric["status"] == "ok")
            assert metric["status"] == "ok" or metric["why"]
            assert metric["status"] != "failed", metric


def test_central_measures_have_their_real_baseline(first: Said) -> None:
    for run in runs_by_name(first).values():
        by_id = {m["id"]: m for m in run["metrics"] if m["subject"] == "overall"}
        for name in (
            "fidelity.column_shapes",
            "fidelity.pair_trends",
            "privacy.membership_auc",
            "privacy.dcr_share",
            "privacy.nndr",
            "utility.auroc",
            "utility.f1",
            "utility.average_precision",
        ):
            assert by_id[name]["status"] == "ok", by_id[name]
            assert by_id[name]["real_baseline"] is not None, by_id[name]


def test_the_plan_of_the_contract(first: Said) -> None:
    plan = first.document["plan"]
    assert plan["intent"] == "generate"
    assert plan["synthesizers"] == ["ctgan", "gaussian_copula", "tvae"]
    assert (plan["epochs"], plan["train_rows"], plan["sample_rows"]) == (3, None, 200)
    assert (plan["target"], plan["protected"]) == ("died", ["race", "sex"])
    assert plan["goals"][0]["metric"] == "utility.auroc_gap"
    assert plan["effective"]["train_rows"] == 210
    assert {"provenance", "dropped", "priority"} <= set(plan)


def test_goals_are_checked(first: Said) -> None:
    for run in first.document["runs"]:
        assert run["goals"]
        assert run["goals"][0]["verdict"] in {"met", "uncertain", "not_met", "unknown"}


def test_the_same_plan_gives_identical_numbers_and_tables(
    memisis: Memisis, patients: Path, plan_file: Path, first: Said
) -> None:
    again = runs_by_name(memisis("run", patients, "--plan", plan_file, "--json"))
    for name, run in runs_by_name(first).items():
        assert again[name]["metrics"] == run["metrics"]
        tables = [Path(r["artefacts"]["synthetic"]).read_bytes() for r in (run, again[name])]
        assert tables[0] == tables[1]


def test_no_file_of_the_home_holds_a_patient(home: Path, patients: Path, first: Said) -> None:
    assert first.status == 0
    identifiers = [line.split(",")[0].encode() for line in patients.read_text().splitlines()[1:]]
    rows = [line.split(",", 1)[1].encode() for line in patients.read_text().splitlines()[1:]]
    files = [p for p in home.rglob("*") if p.is_file() and "models" not in p.parts]
    assert len(files) > 10
    for path in files:
        content = path.read_bytes()
        assert not any(identifier in content for identifier in identifiers), path
        assert sum(row in content for row in rows) <= exact_copies_allowed(path), path
        assert path.stat().st_mode & 0o077 == 0, path
    for folder in (p for p in home.rglob("*") if p.is_dir() and "models" not in p.parts):
        assert folder.stat().st_mode & 0o077 == 0, folder


def exact_copies_allowed(path: Path) -> int:
    """A synthetic table may by chance repeat a common combination; nothing else may hold a row."""
    return 3 if path.name.startswith("synthetic") else 0


def test_data_report_and_plan_are_exported(first: Said, out: Path) -> None:
    assert first.status == 0
    names = {path.name.split("-", 1)[-1] for path in out.iterdir()}
    assert {"ctgan.csv", "tvae.csv", "gaussian_copula.csv", "report.html", "report.md"} <= names
    assert {"ctgan.plan.toml", "tvae.plan.toml"} <= names
    html = (out / "report.html").read_text()
    assert "http://" not in html.replace("http://www.w3.org", "")
    assert all((path.stat().st_mode & 0o077) == 0 for path in out.iterdir())


def test_runs_are_listed_shown_compared_and_deleted(
    memisis: Memisis, first: Said, home: Path
) -> None:
    identifiers = [run["id"] for run in first.document["runs"]]
    listed = memisis("runs", "list", "--json").document["runs"]
    assert set(identifiers) <= {run["id"] for run in listed}
    shown = memisis("runs", "show", identifiers[0], "--json").document
    assert shown["metrics"] == first.document["runs"][0]["metrics"]
    compared = memisis("runs", "compare", *identifiers[:2], "--json")
    assert compared.status == 0, compared.errors
    store = Store.open(home)
    records = [store.run(name) for name in identifiers[:2]]
    store.close()
    shown = compare_runs([RunView.of(record) for record in records])
    assert compared.document == shown.comparison.to_json()
    held = [d for row in compared.document["rows"] for d in row["differences"].values()]
    assert any(difference["paired"] for difference in held)
    table = memisis("runs", "compare", *identifiers)
    assert "PRIVACY" in table.output
    assert "▲" in table.output
    assert "beaten by no other run: " in table.output
    deleted = memisis("runs", "delete", identifiers[2], "--json")
    assert deleted.document == {"deleted": [identifiers[2]]}
    assert memisis("runs", "show", identifiers[2]).status == 2
    assert not Path(first.document["runs"][2]["artefacts"]["synthetic"]).exists()


def test_data_of_another_tool_are_evaluated(memisis: Memisis, patients: Path, first: Said) -> None:
    synthetic = first.document["runs"][0]["artefacts"]["synthetic"]
    said = memisis(
        "evaluate",
        *("--real", patients, "--synthetic", synthetic),
        *("--target", "died", "--protected", "race,sex", "--json"),
    )
    assert said.status == 0, said.errors
    metrics = said.document["metrics"]
    assert {m["axis"] for m in metrics} >= {"fidelity", "privacy", "utility", "fairness"}
    assert all(set(metric) >= METRIC_KEYS for metric in metrics)
    assert said.document["warnings"], "without a holdout file the caveat must be said"
    assert isinstance(said.document["violations"], list)


def test_broken_rules_and_warnings_of_a_foreign_table_are_printed(
    memisis: Memisis, patients: Path, tmp_path: Path
) -> None:
    lines = patients.read_text(encoding="utf-8").splitlines()
    header = lines[0].split(",")
    row = dict(zip(header, lines[1].split(","), strict=True)) | {"race": "Martian"}
    foreign = tmp_path / "foreign.csv"
    strange = ",".join(row[name] for name in header)
    foreign.write_text("\n".join([*lines[:120], strange]) + "\n", encoding="utf-8")

    said = memisis("evaluate", "--real", patients, "--synthetic", foreign, "--target", "died")

    assert said.status == 0, said.errors
    assert "BROKEN RULES" in said.output
    assert any("race" in line and line.endswith("120") for line in said.output.splitlines())
    assert "no guarantee" in said.output or "not a guarantee" in said.output
    assert "no holdout was given" in said.errors


def test_the_doctor_finds_a_complete_installation(memisis: Memisis) -> None:
    said = memisis("doctor", "--json")
    assert said.status == 0, said.output
    assert {f["what"] for f in said.document["findings"]} >= {"sdv", "torch", "model"}
