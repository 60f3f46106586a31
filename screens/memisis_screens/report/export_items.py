"""What can be exported: the data of each run, a report on the compared ones, the plan."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from memisis_screens.run_view import RunView
    from memisis_screens.session import Session

FORMATS: dict[str, tuple[str, ...]] = {
    "data": (".csv", ".parquet", ".xlsx", ".tsv"),
    "report": (".html", ".md", ".json"),
    "plan": (".toml",),
}


@dataclass(frozen=True)
class ExportItem:
    """One thing that can leave.

    Attributes
    ----------
    kind : str
        ``data``, ``report`` or ``plan``.
    what : str
        For people.
    of : str
        Labels of the runs.
    run_ids : tuple of str
    stem : str
        File name without its ending.
    """

    kind: str
    what: str
    of: str
    run_ids: tuple[str, ...]
    stem: str

    @property
    def key(self) -> str:
        """What identifies the item in a table."""
        return f"{self.kind} {' '.join(self.run_ids)}"

    def path(self, folder: Path, ending: str) -> Path:
        """Return a file in `folder` that does not exist yet."""
        path = folder / f"{self.stem}{ending}"
        number = 2
        while path.exists():
            path = folder / f"{self.stem}-{number}{ending}"
            number += 1
        return path


def export_items(session: Session) -> list[ExportItem]:
    """Return what can be exported now."""
    runs = [run for run in session.runs if run.record is not None and run.state.final]
    ready = [run for run in runs if _has_data(run)]
    if not ready:
        return []
    table = Path(ready[0].record.job.dataset.path).stem if ready[0].record else "table"
    items = [
        ExportItem(
            "data",
            "synthetic data",
            f"{run.label} {run.title}",
            (run.id,),
            safe_name(f"{table}-{run.label}-{run.synthesizer}"),
        )
        for run in ready
    ]
    compared = [run for run in session.compared_runs if run in ready] or ready
    labels = ", ".join(run.label for run in compared)
    ids = tuple(run.id for run in compared)
    items.append(ExportItem("report", "report", labels, ids, safe_name(f"{table}-report")))
    for plan_id in dict.fromkeys(run.record.plan_id for run in ready if run.record):
        alike = [run for run in ready if run.record and run.record.plan_id == plan_id]
        labels = ", ".join(run.label for run in alike)
        stem = safe_name(f"{table}-plan-{''.join(run.label for run in alike)}")
        items.append(ExportItem("plan", "plan", labels, (alike[0].id,), stem))
    return items


def safe_name(name: str) -> str:
    """Return `name` with everything but letters, digits, dots and hyphens replaced."""
    return re.sub(r"[^\w.-]+", "-", name).strip("-.") or "export"


def _has_data(run: RunView) -> bool:
    return run.record is not None and "synthetic" in run.record.artefacts
