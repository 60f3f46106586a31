"""The table of jobs, used in the panel below the work and in the Jobs tab."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from memisis_core.runs.states import RunState
from memisis_screens.action import Scope
from memisis_screens.actions import bindings
from memisis_screens.jobs.job_rows import job_columns, job_row
from memisis_screens.messages import (
    LogRequested,
    PauseRequested,
    PlanTakenUp,
    ResumeRequested,
    StopRequested,
    TabRequested,
)
from memisis_screens.plots.plots_view import PlotKind, PlotsRequested
from memisis_screens.review.wishes import ReviewRequested
from memisis_screens.tables.work_table import WorkTable

if TYPE_CHECKING:
    from memisis_screens.run_view import RunView


class JobTable(WorkTable):
    """One line a run; x stops the one under the cursor and keeps its model."""

    SCOPE: ClassVar[Scope] = Scope.JOBS
    BINDINGS = [*bindings(Scope.JOBS)]  # noqa: RUF012 - Textual's own declaration

    def __init__(self, *, header: bool, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, cursor_type="row", show_header=header, cell_padding=0)
        self.runs: tuple[RunView, ...] = ()

    def show(self, runs: tuple[RunView, ...]) -> None:
        """Show these runs as they are now."""
        states = [run.state for run in self.runs] != [run.state for run in runs]
        self.runs = runs
        if states:
            self.refresh_bindings()
        now = datetime.now(UTC)
        width = self.content_size.width or 60
        self.present(job_columns(width), [job_row(run, now, width) for run in runs])

    def on_resize(self) -> None:
        """Give progress the room there is."""
        if self.runs:
            self.show(self.runs)

    @property
    def selected(self) -> RunView | None:
        """The run under the cursor."""
        row, _ = self.cursor_key
        return next((run for run in self.runs if run.id == row), None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what can be done with the run under the cursor."""
        run = self.selected
        if action in ("stop", "pause"):
            return run is not None and not run.state.final
        if action == "resume":
            return run is not None and run.state.final and run.state is not RunState.DONE
        if action == "review":
            return run is not None and run.state.final
        return True

    def on_data_table_row_highlighted(self) -> None:
        """Offer other keys for another run."""
        self.refresh_bindings()

    def action_stop(self) -> None:
        """Ask for the job to stop and keep its model."""
        run = self.selected
        if run is not None and not run.state.final:
            self.post_message(StopRequested(run.id))

    def action_pause(self) -> None:
        """Ask for the job to rest, or to go on."""
        run = self.selected
        if run is not None and not run.state.final:
            self.post_message(PauseRequested(run.id))

    def action_log(self) -> None:
        """Ask for the log of the job."""
        run = self.selected
        if run is not None:
            self.post_message(LogRequested(run.id))

    def action_change(self) -> None:
        """Ask for the plan of the run, to be changed and run anew."""
        run = self.selected
        if run is not None and run.record is not None:
            from memisis_screens.plan.edits import with_slot

            plan = run.record.plan.model_copy(update={"dataset": None})
            if plan.synthesizers != [run.synthesizer]:
                plan = with_slot(plan, "synthesizers", [run.synthesizer])
            self.post_message(PlanTakenUp(plan, edit=True))

    def action_resume(self) -> None:
        """Ask for a run that did not come to its end to begin again."""
        run = self.selected
        if run is not None and run.state.final and run.state is not RunState.DONE:
            self.post_message(ResumeRequested(run.id))

    def action_plots(self) -> None:
        """Show the plots of the run; while it trains, its loss."""
        run = self.selected
        if run is not None:
            kind = PlotKind.COLUMNS if run.state.final else PlotKind.LOSS
            self.post_message(PlotsRequested(run.id, kind))

    def action_review(self) -> None:
        """Review the patients of the run."""
        run = self.selected
        if run is not None and run.state.final:
            self.post_message(ReviewRequested(run.id))

    def action_details(self) -> None:
        """Go to the Jobs tab, which shows the job's details."""
        self.post_message(TabRequested("jobs"))
