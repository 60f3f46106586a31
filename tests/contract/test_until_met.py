"""``memisis run --until-met``: what scripts get, from real runs."""

from pathlib import Path

import pytest

from tests.contract.conftest import Memisis

pytestmark = pytest.mark.slow

PLAN = """version = 1
synthesizers = ["gaussian_copula"]
sample_rows = 200
train_rows = 100
[[goals]]
metric = "fidelity.ks"
op = ">="
value = {threshold}
"""


def plan_file(folder: Path, threshold: float) -> Path:
    path = folder / f"plan-{threshold}.toml"
    path.write_text(PLAN.format(threshold=threshold))
    return path


def test_a_goal_that_is_met_ends_it_with_0(
    memisis: Memisis, patients: Path, tmp_path: Path
) -> None:
    plan = plan_file(tmp_path, 0.1)
    said = memisis("run", patients, "--plan", plan, "--until-met", "--json")
    assert said.status == 0, said.errors
    (run,) = said.document["runs"]
    until = said.document["until_met"]
    assert (until["ending"], until["met_by"], until["caveat"]) == ("met", run["id"], None)
    assert run["goals"][0]["verdict"] == "met"


def test_a_goal_beyond_reach_ends_at_the_limit_with_1_and_every_try_has_its_reason(
    memisis: Memisis, patients: Path, tmp_path: Path
) -> None:
    plan = plan_file(tmp_path, 1.0)
    said = memisis("run", patients, "--plan", plan, "--until-met", "--max-runs", "2", "--json")
    assert said.status == 1, said.errors
    until = said.document["until_met"]
    assert (until["ending"], until["met_by"]) == ("max_runs", None)
    assert len(said.document["runs"]) == 2
    first, second = until["attempts"]
    assert first["reason"] is None
    assert second["reason"].startswith("fidelity.ks >= 1 is not met in ")
    assert second["plan"]["train_rows"] > first["plan"]["train_rows"]
    assert [run["id"] for run in said.document["runs"]] == [*first["runs"], *second["runs"]]
