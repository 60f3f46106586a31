"""A run whose synthetic patients can be reviewed: usual ones, and some that are not."""

from __future__ import annotations

import random
from collections.abc import Iterator

from memisis_core.runs.events import Event
from memisis_core.runs.job import JobSpecification
from tests.fakes.fake_executor import successful_run, write_artefact

ROWS = 100
UNUSUAL_EVERY = 10
"""Every tenth patient is older than any real one."""


def synthetic_table(rows: int = ROWS) -> str:
    """Return invented patients as CSV, with the columns of `tests.fakes.study.SCHEMA`."""
    draw = random.Random(11)
    lines = ["Age,HbA1c [mmol],Sex,Outcome"]
    for row in range(rows):
        age = 120 if row % UNUSUAL_EVERY == 0 else draw.randint(25, 85)
        sex = draw.choice(["female", "male"])
        lines.append(f"{age},{draw.gauss(50, 4):.1f},{sex},{draw.choice(['alive', 'dead'])}")
    return "\n".join(lines) + "\n"


def reviewable_run(job: JobSpecification) -> Iterator[Event]:
    """Yield the events of `successful_run`, with patients in place of its few numbers."""
    for event in successful_run(job):
        if getattr(event, "name", "") == "synthetic":
            yield write_artefact(job, "synthetic", "synthetic.csv", synthetic_table())
        else:
            yield event
