"""The Metrics tab: how good, against what, how sure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.events import Click, Resize
from textual.style import Style
from textual.widget import Widget
from textual.widgets import DataTable, Static

from memisis_core.text import visible
from memisis_screens.action import Scope
from memisis_screens.actions import bindings
from memisis_screens.messages import MarkToggled, PinToggled, TabRequested
from memisis_screens.metrics.explanation import explained, in_one_line
from memisis_screens.metrics.measure_rows import PAGES, MeasureRow, View, measure_rows
from memisis_screens.metrics.metric_cells import LEGEND, Marks, metric_table
from memisis_screens.metrics.sorting import Order, next_order, ordered
from memisis_screens.plots.plots_view import PlotKind, PlotsRequested, kind_of_measure
from memisis_screens.review.wishes import ReviewRequested
from memisis_screens.tables.detail import Detail
from memisis_screens.tables.filter_input import FilterInput
from memisis_screens.tables.work_table import WorkTable
from memisis_screens.workbench.work_pane import EmptyState, WorkPane

if TYPE_CHECKING:
    from textual.app import ComposeResult, RenderResult

    from memisis_screens.run_view import RunView
    from memisis_screens.session import Session


class PageBar(Widget):
    """The pages, and the measure that is open, in one line."""

    view = View()
    name_of_measure = ""

    def show(self, view: View, measure: str) -> None:
        """Show another view."""
        self.view, self.name_of_measure = view, measure
        self.refresh()

    def render(self) -> RenderResult:
        """Return the line."""
        pieces = []
        for page in PAGES:
            here = page == self.view.page
            text = f"[{page.title()}]" if here else f" {page.title()} "
            piece = Content.styled(text, "bold $primary" if here else "$quiet")
            pieces.append(piece.stylize(Style.from_meta({"page": page})))
        if self.view.measure:
            pieces.append(Content.styled(f" › {self.name_of_measure}", "bold"))
        return Content.assemble(*pieces).truncate(self.size.width, ellipsis=True)


class MetricsPane(WorkPane):
    """One row a measure, one column a run, the real baseline beside them."""

    SCOPE: ClassVar[Scope] = Scope.METRICS
    BINDINGS = [*bindings(Scope.METRICS)]  # noqa: RUF012 - Textual's own declaration

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.view = View()
        self.order = Order()
        self.rows: list[MeasureRow] = []
        self.hidden_runs: frozenset[str] = frozenset()
        self._left: dict[str, str | None] = {}
        """Where the cursor stood on each page before its measure was opened."""

    def compose(self) -> ComposeResult:
        """Yield pages, filter, table, legend and details."""
        yield EmptyState()
        yield PageBar()
        yield FilterInput(placeholder="Measures or subjects that contain")
        yield WorkTable(cursor_type="cell", fixed_columns=1, cell_padding=0, id="measures")
        yield Static(LEGEND, classes="legend", markup=False)
        yield Detail()

    def session_changed(self, old: Session, new: Session) -> None:
        """Show runs as their measures come in."""
        if not self.rows or _shown_of(old) != _shown_of(new) or old.compared is not new.compared:
            self._show()

    def on_resize(self, event: Resize) -> None:
        """Give the names what the numbers leave."""
        self._show()

    def _show(self) -> None:
        runs = self.runs
        for part in (PageBar, WorkTable, Detail, Static):
            for widget in self.query(part):
                widget.display = bool(runs) is not isinstance(widget, EmptyState)
        if not runs:
            self._say_empty()
            return
        self.rows = ordered(measure_rows(runs, self.view), self.order)
        table = self.query_one(WorkTable)
        width = max(table.size.width - 1, 0) or 60
        marks = Marks(self.session.marked, self.session.pinned)
        columns, rows = metric_table(self.rows, runs, marks, self.session.compared, width)
        table.present(columns, rows)
        name = self.rows[0].name if self.view.measure and self.rows else ""
        self.query_one(PageBar).show(self.view, name)
        self._show_legend()
        self._show_detail()

    @property
    def runs(self) -> tuple[RunView, ...]:
        """The runs that have a column."""
        return tuple(run for run in self.session.measured_runs if run.id not in self.hidden_runs)

    def _show_legend(self) -> None:
        """Say how the rows are sorted and filtered, and what the glyphs mean."""
        notes = [f"sort: {self.order.title}"] if self.order.column else []
        notes.extend([f"filter: {visible(self.view.sought)}"] if self.view.sought else [])
        hidden = len(self.view.hidden) + len(self.hidden_runs)
        notes.extend([f"{hidden} hidden, A shows all"] if hidden else [])
        said = Content.styled("   ".join([*notes, ""]), "bold $foreground")
        legend = self.query_one(".legend", Static)
        legend.update(Content.assemble(said, LEGEND))
        legend.set_class(bool(notes), "-notes")

    def _say_empty(self) -> None:
        empty = self.query_one(EmptyState)
        if self.session.active_runs:
            empty.say(
                "No measures yet", "They appear here as each run is evaluated; 3 shows how far"
            )
        elif self.session.runs:
            empty.say("Nothing was measured", "No run came so far; 3 shows why and r begins again")
        else:
            empty.say("No runs yet", "Say in the conversation what you need, confirm the plan")

    # What is under the cursor.

    @property
    def row(self) -> MeasureRow | None:
        """The row under the cursor."""
        key, _ = self.query_one(WorkTable).cursor_key
        return next((row for row in self.rows if row.key == key), None)

    @property
    def run_under_cursor(self) -> RunView | None:
        """The run whose column the cursor is in."""
        _, column = self.query_one(WorkTable).cursor_key
        return self.session.run(column) if column else None

    def help_topic(self) -> Content | None:
        """Explain the measure under the cursor, for the help."""
        return None if self.row is None else self._explained(self.row)

    def _explained(self, row: MeasureRow) -> Content:
        from memisis_screens.dialogs.reading_screen import reading_width

        width = reading_width(self.screen.size.width)
        return explained(row, self.run_under_cursor, self.session.measured_runs, width)

    def _show_detail(self) -> None:
        detail = self.query_one(Detail)
        if self.row is None:
            clears = "Esc clears the filter" if self.view.sought else "A shows what was hidden"
            detail.say("Nothing fits", clears)
        else:
            detail.show(in_one_line(self.row, self.run_under_cursor))

    def on_data_table_cell_highlighted(self, event: DataTable.CellHighlighted) -> None:
        """Explain what the cursor is on."""
        event.stop()
        if self.rows:
            self._show_detail()

    # Keys.

    def action_open_row(self) -> None:
        """Go from a measure to its subjects, or to everything there is to say."""
        row = self.row
        if row is None:
            return
        if row.subjects and not self.view.measure:
            self._left[self.view.page] = row.key
            self.view = replace(self.view, measure=row.id, sought="")
            self._show()
            return
        from memisis_screens.dialogs.reading_screen import ReadingScreen

        self.app.push_screen(ReadingScreen(row.title, self._explained(row)))

    def step_back(self) -> bool:
        """Clear the filter, then leave the measure."""
        if super().step_back():
            return True
        if not self.view.measure:
            return False
        self.view = replace(self.view, measure="")
        self._show()
        self.query_one(WorkTable).move_to(self._left.pop(self.view.page, None))
        return True

    def action_axis(self, step: int) -> None:
        """Go to the next page of measures."""
        place = (PAGES.index(self.view.page) + step) % len(PAGES)
        self._go_to(PAGES[place])

    def _go_to(self, page: str) -> None:
        self.view = replace(self.view, page=page, measure="")
        self._show()

    def on_click(self, event: Click) -> None:
        """Go to the page that was clicked on."""
        page = event.style.meta.get("page")
        if page in PAGES:
            self._go_to(page)

    def action_plots(self) -> None:
        """Show the plot that tells most of the measure under the cursor."""
        run = self.run_under_cursor or next(iter(self.runs), None)
        row = self.row
        if run is not None:
            kind = kind_of_measure(row.id) if row is not None else PlotKind.COLUMNS
            subject = row.subject if row is not None else ""
            self.post_message(PlotsRequested(run.id, kind, subject))

    def action_review(self) -> None:
        """Review the patients of the run under the cursor, or of the first one."""
        run = self.run_under_cursor or next(iter(self.runs), None)
        if run is not None:
            self.post_message(ReviewRequested(run.id))

    def action_mark(self) -> None:
        """Mark the run under the cursor; in another column, say how."""
        run = self.run_under_cursor
        if run is None:
            self.notify("Move to a run's column to mark it", markup=False)
        else:
            self.post_message(MarkToggled(run.id))

    def action_pin(self) -> None:
        """Hold the others against the run under the cursor, or against the best again."""
        run = self.run_under_cursor
        if run is None:
            self.notify("Move to a run's column to pin it", markup=False)
        else:
            self.post_message(PinToggled(run.id))

    def action_compare(self) -> None:
        """Compare the marked runs."""
        self.post_message(TabRequested("compare"))

    def action_export(self) -> None:
        """Go where everything that can leave stands."""
        self.post_message(TabRequested("report"))

    def action_hide(self) -> None:
        """Hide the measure under the cursor."""
        row = self.row
        if row is not None:
            self.view = replace(self.view, hidden=self.view.hidden | {row.key})
            self._show()

    def action_hide_run(self) -> None:
        """Hide the run under the cursor; one always stays."""
        run = self.run_under_cursor
        if run is None:
            self.notify("Move to a run's column to hide it", markup=False)
        elif len(self.runs) == 1:
            self.notify("The last run stays", markup=False)
        else:
            self.hidden_runs |= {run.id}
            self._show()

    def action_show_all(self) -> None:
        """Show what was hidden."""
        self.view = replace(self.view, hidden=frozenset())
        self.hidden_runs = frozenset()
        self._show()

    def action_sort(self) -> None:
        """Sort by the column under the cursor: worst first, best first, as measured."""
        _, column = self.query_one(WorkTable).cursor_key
        run = self.run_under_cursor
        self.order = next_order(self.order, column or "", run.label if run else column or "")
        self._show()

    def on_filter_input_sought(self, event: FilterInput.Sought) -> None:
        """Show the measures that fit."""
        event.stop()
        self.view = replace(self.view, sought=event.text)
        self._show()

    def on_filter_input_left(self, event: FilterInput.Left) -> None:
        """Go back to the table."""
        event.stop()
        self.query_one(WorkTable).focus()


def _shown_of(session: Session) -> tuple[object, ...]:
    """Return what the table depends on, cheap to compare."""
    runs = [(run.id, len(run.metrics)) for run in session.measured_runs]
    return (runs, session.marked, session.pinned)
