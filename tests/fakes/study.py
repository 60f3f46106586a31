"""A small table of invented patients, its schema, and a plan about it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from memisis_core.data.schema import Column, ColumnKind, Role, Schema
from memisis_core.plan.model import DatasetReference, EffectivePlan, Plan
from memisis_core.runs.job import JobSpecification
from memisis_core.runs.store import Store
from memisis_core.secure_files import sha256_of

SCHEMA = Schema(
    columns=(
        Column(name="Age", kind=ColumnKind.INTEGER),
        Column(name="HbA1c [mmol]", kind=ColumnKind.NUMBER, decimals=1),
        Column(name="Sex", kind=ColumnKind.CATEGORY, role=Role.PROTECTED),
        Column(name="Outcome", kind=ColumnKind.CATEGORY, role=Role.TARGET),
    )
)


@dataclass(frozen=True)
class Study:
    """A table on disk, its schema, and a plan for it."""

    plan: Plan
    effective: EffectivePlan
    schema: Schema
    dataset: DatasetReference

    def with_plan(self, **changes: object) -> Study:
        """Return the same study with another effective plan."""
        effective = self.effective.model_copy(update=changes)
        return Study(self.plan, effective, self.schema, self.dataset)


def write_table(path: Path, rows: int = 200, decimals: int = 1) -> Path:
    """Write a seeded table of invented patients; with many decimals no two are alike by chance."""
    draw = random.Random(7)
    lines = ["Age,HbA1c [mmol],Sex,Outcome"]
    for _ in range(rows):
        age = draw.randint(20, 90)
        hba1c = round(draw.gauss(45 + age / 10, 6), decimals)
        sex = draw.choice(["female", "male"])
        outcome = "alive" if draw.random() > age / 120 else "dead"
        lines.append(f"{age},{hba1c},{sex},{outcome}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def study_of(path: Path, rows: int = 200, decimals: int = 1) -> Study:
    """Return the study of a table that `write_table` wrote."""
    dataset = DatasetReference(path=str(path), sha256=sha256_of(path), rows=rows, columns=4)
    names = ["ctgan", "gaussian_copula", "tvae"]
    plan = Plan(request="compare all three", dataset=dataset, synthesizers=names, target="Outcome")
    effective = EffectivePlan(
        synthesizers=tuple(names),
        epochs=3,
        train_rows=140,
        sample_rows=100,
        batch_size=50,
        seed=0,
        holdout_fraction=0.3,
        holdout_rows=60,
        target="Outcome",
        protected=("Sex",),
        priority=None,
        goals=(),
        constraints=(),
        provenance={},
    )
    schema = SCHEMA.replacing("HbA1c [mmol]", decimals=decimals)
    return Study(plan, effective, schema, dataset)


def job_for(store: Store, study: Study, synthesizer: str = "ctgan") -> JobSpecification:
    """Return a job with a new run identifier."""
    run_id = store.new_run_id()
    return JobSpecification(
        run_id=run_id,
        synthesizer=synthesizer,
        dataset=study.dataset,
        schema_=study.schema,
        plan=study.effective,
        folder=store.run_folder(run_id),
        cache=store.cache_folder,
    )
