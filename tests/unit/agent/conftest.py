"""A clinical schema, and a home of its own for every test."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from memisis_core.agent.facts import Facts
from memisis_core.agent.model_files import planner_model_file
from memisis_core.data.schema import Column, ColumnKind, Role, Schema
from memisis_core.errors import ModelUnavailable
from memisis_core.evaluation.metric import Metric
from memisis_core.plan.effective import effective_plan
from memisis_core.plan.goals import GoalResult
from memisis_core.plan.model import DatasetReference, Plan
from memisis_core.runs.job import JobSpecification
from memisis_core.runs.record import RunRecord
from memisis_core.runs.states import RunState

SET_UP_HOME = Path(__file__).parents[3] / ".setup" / "home"


@pytest.fixture
def schema() -> Schema:
    def column(name: str, role: Role = Role.FEATURE, **more: object) -> Column:
        return Column(name=name, kind=ColumnKind.CATEGORY, role=role, **more)  # type: ignore[arg-type]

    return Schema(
        columns=(
            column("pat_no", Role.IDENTIFIER, reason="unique in every row"),
            column("Sex", Role.PROTECTED),
            column("Race", Role.PROTECTED, missing=12),
            column("ins_cat", description="how the stay is paid for"),
            column("los_hosp", missing=40),
            column("Diagnosis", Role.TARGET),
        )
    )


@pytest.fixture
def facts(schema: Schema) -> Facts:
    dataset = DatasetReference(path="/data/patients.csv", sha256="0" * 64, rows=1000, columns=6)
    return Facts(schema=schema, dataset=dataset)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with nothing in it."""
    monkeypatch.setenv("MEMISIS_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(scope="session")
def embedded_model() -> Path:
    """The planner that `make setup` installed: in MEMISIS_HOME, else beside the checkout."""
    candidates = [Path(os.environ[name]) for name in ("MEMISIS_HOME",) if name in os.environ]
    with pytest.MonkeyPatch.context() as patch:
        for candidate in [*candidates, SET_UP_HOME]:
            patch.setenv("MEMISIS_HOME", str(candidate))
            try:
                return planner_model_file()
            except ModelUnavailable:
                continue
    pytest.fail("no embedded model: run `make setup`, or set MEMISIS_HOME to where it is")


@pytest.fixture
def make_run() -> Callable[..., RunRecord]:
    """Return a maker of runs: label, synthesizer, state, metrics."""

    def make(
        label: str,
        synthesizer: str,
        state: RunState = RunState.DONE,
        metrics: list[Metric] | None = None,
        goals: list[GoalResult] | None = None,
        plan_id: str = "plan",
    ) -> RunRecord:
        dataset = DatasetReference(path="/data/p.csv", sha256="0" * 64, rows=1000, columns=6)
        schema = Schema(columns=(Column(name="Diagnosis", kind=ColumnKind.CATEGORY),))
        plan = Plan(request="compare", dataset=dataset)
        return RunRecord(
            id=f"run-{label}",
            plan_id=plan_id,
            label=label,
            job=JobSpecification(
                run_id=f"run-{label}",
                synthesizer=synthesizer,
                dataset=dataset,
                schema_=schema,
                plan=effective_plan(plan, schema, 1000),
                folder=Path("/runs"),
                cache=Path("/cache"),
            ),
            plan=plan,
            state=state,
            created=datetime(2026, 1, 1, tzinfo=UTC),
            metrics=metrics or [],
            goals=goals or [],
        )

    return make
