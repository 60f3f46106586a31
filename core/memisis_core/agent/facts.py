"""What the agent may know when it answers: the table, the plan on it and the runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from memisis_core.data.profile import Profile
    from memisis_core.data.schema import Schema
    from memisis_core.plan.model import DatasetReference, Plan
    from memisis_core.runs.record import RunRecord


@dataclass(frozen=True)
class Facts:
    """A snapshot of the session; every answer is made from it and nothing else.

    Attributes
    ----------
    schema : Schema or None
        Columns of the open table with the roles that the person gave them; None without a table.
    dataset : DatasetReference or None
        Which table it is.
    profile : Profile or None
        What is known of its columns, never its rows.
    plan : Plan or None
        The plan on the table, confirmed or not; follow-ups change it.
    runs : tuple of RunRecord
        Runs of the session, oldest first.
    """

    schema: Schema | None = None
    dataset: DatasetReference | None = None
    profile: Profile | None = None
    plan: Plan | None = None
    runs: tuple[RunRecord, ...] = ()
