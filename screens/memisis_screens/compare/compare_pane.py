"""The Compare tab: what differs beyond noise between the marked runs, and the trade-off."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.widgets import DataTable, Static

from memisis_core.text import visible
from memisis_screens.action import Scope
from memisis_screens.actions import bindings
from memisis_screens.compare.difference_cells import (
    LEGEND,
    Extent,
    difference_table,
    row_key,
    rows_to_show,
)
from memisis_screens.compare.difference_text import difference_in_words, summary
from memisis_screens.messages import MarkToggled, PinToggled
from memisis_screens.plots.plots_view import PlotKind, PlotsRequested, kind_of_measure
from memisis_screens.review.wishes import ReviewRequested
from memisis_screens.tables.detail import Detail
from memisis_screens.tables.filter_input import FilterInput, sought_in
from memisis_screens.tables.work_table import WorkTable
from memisis_screens.workbench.work_pane import EmptyState, WorkPane

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from memisis_core.evaluation.comparison import ComparedMetric
    from memisis_screens.run_view import RunView
    from memisis_screens.session import Session


class ComparePane(WorkPane):
    """Findings in sentences above, differences in a table below."""

    SCOPE: ClassVar[Scope] = Scope.COMPARE
    BINDINGS = [*bindings(Scope.COMPARE)]  # noqa: RUF012 - Textual's own declaration

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.extent = Extent.MAIN
        self.sought = ""
        self.rows: list[ComparedMetric] = []

    def compose(self) -> ComposeResult:
        """Yield findings, filter, table, legend and details."""
        yield EmptyState()
        with VerticalScroll(id="findings", can_focus=False):
            yield Static("", markup=False)
        yield FilterInput(placeholder="Measures or subjects that contain")
        yield Static("", id="compare-heading", markup=False)
        yield WorkTable(cursor_type="cell", fixed_columns=1, cell_padding=0, id="differences")
        yield Static(LEGEND, classes="legend", markup=False)
        yield Detail()

    def session_changed(self, old: Session, new: Session) -> None:
        """Show another comparison."""
        if old.contrasted is not new.contrasted or new.contrasted is None:
            self._show()

    def on_resize(self, event: Resize) -> None:
        """Give the names what the numbers leave."""
        self._show()

    @property
    def runs(self) -> list[RunView]:
        """The runs of the comparison that is shown."""
        compared = self.session.contrasted
        if compared is None:
            return []
        return [run for run in self.session.runs if run.id in compared.names]

    def _show(self) -> None:
        compared, runs = self.session.contrasted, self.runs
        ready = compared is not None and len(runs) >= 2
        for widget in self.children:
            if not isinstance(widget, FilterInput):
                widget.display = ready is not isinstance(widget, EmptyState)
        if compared is None or not ready:
            self._say_empty()
            return
        rows = rows_to_show(compared, self.extent)
        self.rows = [row for row in rows if sought_in(self.sought, row.name, row.subject, row.id)]
        table = self.query_one(WorkTable)
        width = max(table.size.width - 1, 0) or 60
        table.present(*difference_table(self.rows, runs, compared.names, width))
        self.query_one("#findings Static", Static).update(
            summary(compared, {compared.names[run.id]: run.goals for run in runs})
        )
        self.query_one("#compare-heading", Static).update(self._heading(len(rows)))
        self._show_detail()

    def _heading(self, count: int) -> Content:
        compared = self.session.contrasted
        pinned = compared.comparison.pinned if compared is not None else None
        against = f"against {pinned}" if pinned else "against the best of each"
        notes = f"  filter: {visible(self.sought)}" if self.sought else ""
        said = f"{count} {self.extent.value}, {against}"
        return Content.assemble((said, "bold"), (notes, "$quiet"))

    def _say_empty(self) -> None:
        empty = self.query_one(EmptyState)
        if len(self.session.measured_runs) >= 2:
            empty.say("Comparing", "The differences follow in a moment")
        elif self.session.runs:
            empty.say("Nothing to compare yet", "Two runs with measures are needed")
        else:
            empty.say("No runs yet", "Say in the conversation what you need, confirm the plan")

    @property
    def row(self) -> ComparedMetric | None:
        """The measure under the cursor."""
        key, _ = self.query_one(WorkTable).cursor_key
        return next((row for row in self.rows if row_key(row) == key), None)

    @property
    def run_under_cursor(self) -> RunView | None:
        """The run whose column the cursor is in."""
        _, column = self.query_one(WorkTable).cursor_key
        return self.session.run(column) if column else None

    def _show_detail(self) -> None:
        row, compared, run = self.row, self.session.contrasted, self.run_under_cursor
        detail = self.query_one(Detail)
        if row is None or compared is None:
            what = "Esc clears the filter" if self.sought else "a shows more"
            detail.say("Nothing fits" if self.sought else "Nothing differs beyond noise", what)
            return
        name = compared.names.get(run.id) if run is not None else None
        detail.show(difference_in_words(row, name))

    def on_data_table_cell_highlighted(self, event: DataTable.CellHighlighted) -> None:
        """Say the difference in words."""
        event.stop()
        if self.rows:
            self._show_detail()

    # Keys.

    def action_extent(self) -> None:
        """Show more: single columns and groups, then also what is within noise."""
        every = list(Extent)
        self.extent = every[(every.index(self.extent) + 1) % len(every)]
        self._show()

    def action_pin(self) -> None:
        """Hold the others against the run under the cursor, or against the best again."""
        run = self.run_under_cursor
        if run is None:
            self.notify("Move to a run's column to pin it", markup=False)
        else:
            self.post_message(PinToggled(run.id))

    def action_plots(self) -> None:
        """Show the trade-off between the runs, or the plot of the measure under the cursor."""
        run = self.run_under_cursor or next(iter(self.runs), None)
        row = self.row
        if run is not None:
            kind = kind_of_measure(row.id) if row is not None else PlotKind.TRADE_OFF
            subject = row.subject if row is not None else ""
            self.post_message(PlotsRequested(run.id, kind, subject))

    def action_review(self) -> None:
        """Review the patients of the run under the cursor, or of the first one."""
        run = self.run_under_cursor or next(iter(self.runs), None)
        if run is not None:
            self.post_message(ReviewRequested(run.id))

    def action_mark(self) -> None:
        """Take the run under the cursor out of the comparison."""
        run = self.run_under_cursor
        if run is None:
            self.notify("Move to a run's column", markup=False)
            return
        if not self.session.marked:
            for other in self.runs:
                if other.id != run.id:
                    self.post_message(MarkToggled(other.id))
        else:
            self.post_message(MarkToggled(run.id))

    def action_open_row(self) -> None:
        """Show everything that there is to say of the difference."""
        row, compared = self.row, self.session.contrasted
        if row is None or compared is None:
            return
        from memisis_screens.dialogs.reading_screen import ReadingScreen

        lines = [difference_in_words(row, name) for name in row.metrics]
        self.app.push_screen(ReadingScreen(visible(row.title), Content("\n\n").join(lines)))

    def on_filter_input_sought(self, event: FilterInput.Sought) -> None:
        """Show the measures that fit."""
        event.stop()
        self.sought = event.text
        self._show()

    def on_filter_input_left(self, event: FilterInput.Left) -> None:
        """Go back to the table."""
        event.stop()
        self.query_one(WorkTable).focus()
