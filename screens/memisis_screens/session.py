"""What the workbench knows, as one immutable value: it goes down to the panes, messages come up.

Imports nothing heavy: the first frame is painted from it before pydantic is loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from memisis_core.data.profile import Profile
    from memisis_core.data.schema import Schema
    from memisis_core.plan.model import DatasetReference, EffectivePlan, Plan
    from memisis_screens.description.description_draft import DescriptionDraft
    from memisis_screens.plots.plots_view import PlotsView
    from memisis_screens.review.review_view import ReviewView
    from memisis_screens.run_comparison import RunComparison
    from memisis_screens.run_view import RunView


@dataclass(frozen=True)
class OpenTable:
    """The table that is open: what it holds, never its rows.

    Attributes
    ----------
    reference : DatasetReference
        Where it lies, its hash, rows and columns.
    schema : Schema
        Its columns with the roles that the person gave them.
    profile : Profile or None
        Missingness, ranges and small groups.
    warnings : tuple of str
        What a person should know of the file, one line each.
    describe : callable or None
        Makes the profile anew for other roles; reads the rows, so call it in a thread.
    check : callable or None
        Says what may spoil the result with these roles, one line each; raises `InputError` if the
        table cannot be synthesised so. Reads the rows, so call it in a thread.
    page : callable or None
        Takes the first row (from 0) and a number of rows; returns them as texts, None where a value
        is missing. Takes a slice of what is in memory: milliseconds, whatever the size.
    """

    reference: DatasetReference
    schema: Schema
    profile: Profile | None = None
    warnings: tuple[str, ...] = ()
    describe: Callable[[Schema], Profile] | None = field(default=None, repr=False, compare=False)
    check: Callable[[Schema], Sequence[str]] | None = field(default=None, repr=False, compare=False)
    page: Callable[[int, int], list[tuple[str | None, ...]]] | None = field(
        default=None, repr=False, compare=False
    )

    @property
    def name(self) -> str:
        """File name."""
        return Path(self.reference.path).name


class ModelState(StrEnum):
    """Whether words can be turned into plans."""

    UNKNOWN = "not started"
    STARTING = "starting"
    READY = "ready"
    MISSING = "no model"


class Condition(StrEnum):
    """What became of a plan."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    DROPPED = "dropped"
    REPLACED = "replaced"


@dataclass(frozen=True)
class DraftPlan:
    """The plan on the table.

    Attributes
    ----------
    plan : Plan
        What was asked for.
    effective : EffectivePlan or None
        What will be done; None while something is wrong.
    problem : str
        What is wrong, on one line.
    estimate : str
        What it will cost, in words, or empty.
    condition : Condition
        What became of it.
    """

    plan: Plan
    effective: EffectivePlan | None = None
    problem: str = ""
    estimate: str = ""
    condition: Condition = Condition.OPEN


@dataclass(frozen=True)
class Exported:
    """A file that was written outside the program's own folder."""

    what: str
    path: Path
    bytes: int


@dataclass(frozen=True)
class Session:
    """Everything the panes show.

    Attributes
    ----------
    opening : Path or None
        The file that is being read.
    table : OpenTable or None
    trouble : str
        Why the table could not be read, on one line.
    draft : DraftPlan or None
    description : DescriptionDraft or None
        Patients asked for without a table.
    runs : tuple of RunView
        In the order in which they were made.
    marked : tuple of str
        Identifiers of the runs to compare, in the order of marking.
    pinned : str
        Identifier of the run that the others are held against, empty: the best of each measure.
    compared : RunComparison or None
        All measured runs against each other; None until it is made.
    contrasted : RunComparison or None
        The marked runs (`compared_runs`) against the pinned one.
    model : str
        Name of the language model, or empty.
    model_state : ModelState
    exports : tuple of Exported
    destination : Path or None
        The folder that exports go to.
    review : ReviewView or None
        The run whose patients are reviewed.
    plots : PlotsView or None
        The run whose plots are shown.
    """

    opening: Path | None = None
    table: OpenTable | None = None
    trouble: str = ""
    draft: DraftPlan | None = None
    description: DescriptionDraft | None = None
    runs: tuple[RunView, ...] = ()
    marked: tuple[str, ...] = ()
    pinned: str = ""
    compared: RunComparison | None = None
    contrasted: RunComparison | None = None
    model: str = ""
    model_state: ModelState = ModelState.UNKNOWN
    exports: tuple[Exported, ...] = ()
    destination: Path | None = None
    review: ReviewView | None = None
    plots: PlotsView | None = None

    @property
    def active_runs(self) -> tuple[RunView, ...]:
        """Runs that are queued or at work."""
        return tuple(run for run in self.runs if not run.state.final)

    @property
    def measured_runs(self) -> tuple[RunView, ...]:
        """Runs of which at least one family of measures is finished."""
        return tuple(run for run in self.runs if run.metrics)

    @property
    def compared_runs(self) -> tuple[RunView, ...]:
        """The marked runs that have measures, or all that have if fewer than two are marked."""
        measured = self.measured_runs
        marked = tuple(run for run in measured if run.id in self.marked)
        return marked if len(marked) >= 2 else measured

    def run(self, run_id: str) -> RunView | None:
        """Return one run, None if it is unknown."""
        return next((run for run in self.runs if run.id == run_id), None)

    def with_run(self, run: RunView) -> Session:
        """Return a session in which `run` replaces the one with its identifier, or is added."""
        if self.run(run.id) is None:
            return replace(self, runs=(*self.runs, run))
        return replace(self, runs=tuple(run if r.id == run.id else r for r in self.runs))

    def with_pin_toggled(self, run_id: str) -> Session:
        """Return a session in which the others are held against one run, or no longer."""
        return replace(self, pinned="" if run_id == self.pinned else run_id)

    def with_mark_toggled(self, run_id: str) -> Session:
        """Return a session in which one run is marked, or no longer marked."""
        if run_id in self.marked:
            return replace(self, marked=tuple(name for name in self.marked if name != run_id))
        return replace(self, marked=(*self.marked, run_id))
