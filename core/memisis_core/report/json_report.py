"""The report for programs: runs as the command line's contract shows them, small groups out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from memisis_core import __version__
from memisis_core.report.reviewed import review_contract
from memisis_core.report.suppression import published
from memisis_core.runs.record import RunRecord


def to_json(runs: Sequence[RunRecord]) -> str:
    """Return plans and runs as one JSON document; figures about small groups are suppressed."""
    document = {
        "memisis": __version__,
        "plans": {run.plan_id: run.plan.to_contract(run.job.plan) for run in runs},
        "runs": [
            {**run_contract(run), "metrics": _published(run), "review": review_contract(run)}
            for run in runs
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def run_contract(run: RunRecord) -> dict[str, Any]:
    """Return a run as ``memisis run --json`` shows it, every metric as it was measured."""
    return {
        "id": run.id,
        "label": run.label,
        "plan_id": run.plan_id,
        "synthesizer": run.synthesizer,
        "state": run.state.value,
        "created": run.created.isoformat(),
        "seed": run.seed,
        "epochs_trained": run.epochs_trained,
        "reason": run.reason,
        "metrics": [metric.model_dump(mode="json") for metric in run.metrics],
        "goals": [goal.model_dump(mode="json") for goal in run.goals],
        "warnings": list(run.warnings),
        "artefacts": {name: artefact.path for name, artefact in run.artefacts.items()},
        "checksums": {name: artefact.sha256 for name, artefact in run.artefacts.items()},
    }


def _published(run: RunRecord) -> list[dict[str, Any]]:
    return [published(metric).model_dump(mode="json") for metric in run.metrics]
