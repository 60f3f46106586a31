"""The Plots tab: one plot at a time, its table beside it, or below where it is narrow."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.events import Click, Resize
from textual.style import Style
from textual.widgets import Static

from memisis_core.text import visible
from memisis_screens.action import Scope
from memisis_screens.actions import bindings
from memisis_screens.plots.plot import Curves, Plot
from memisis_screens.plots.plots_view import PlotKind, PlotsRequested, PlotsView
from memisis_screens.tables.cell_text import cell
from memisis_screens.tables.filter_input import FilterInput, sought_in
from memisis_screens.tables.work_table import TableColumn, TableRow, WorkTable
from memisis_screens.workbench.work_pane import EmptyState, WorkPane

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from memisis_screens.run_view import RunView
    from memisis_screens.session import Session

BESIDE = 90
"""Cells of the tab from which on the table stands beside the plot."""
_LEAST_NAME, _MOST_NAME = 10, 40


class PlotTable(WorkTable):
    """The numbers of a plot."""

    SCOPE: ClassVar[Scope] = Scope.PLOTS
    BINDINGS = [*bindings(Scope.PLOTS)]  # noqa: RUF012 - Textual's own declaration

    @property
    def _pane(self) -> PlotsPane:
        return next(node for node in self.ancestors if isinstance(node, PlotsPane))

    def action_item(self, step: int) -> None:
        """Go to the next plot of this kind."""
        self._pane.step(step)

    def action_kind(self, step: int) -> None:
        """Go to the next kind."""
        kinds = list(PlotKind)
        place = kinds.index(self._pane.kind)
        self._pane.go_to(kinds[(place + step) % len(kinds)])

    def action_run(self, step: int) -> None:
        """Show the same plot of another run."""
        self._pane.show_other_run(step)

    def action_filter(self) -> None:
        """Open the line in which a plot is found by its name."""
        self._pane.action_filter()


class PlotsPane(WorkPane):
    """Kinds above, then the plot with its table."""

    SCOPE: ClassVar[Scope] = Scope.PANE

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.kind = PlotKind.COLUMNS
        self.places: dict[PlotKind, int] = {}
        """Which plot of each kind is shown, so that one comes back to it."""
        self.sought = ""
        self._asked = -1
        self._drawn: object = None

    def compose(self) -> ComposeResult:
        """Yield kinds, filter, plot and table; curves follow once they are needed."""
        yield EmptyState()
        yield Static("", id="plot-kinds", markup=False)
        yield FilterInput(placeholder="Plots that contain")
        with Container(id="plot-body"):
            with Vertical(id="plot-drawing"):
                yield Static("", id="plot-title", markup=False)
                with VerticalScroll(id="plot-text", can_focus=False):
                    yield Static("", markup=False)
                yield Static("", id="plot-caption", markup=False)
            yield PlotTable(cursor_type="row", cell_padding=0, id="plot-table")

    def session_changed(self, old: Session, new: Session) -> None:
        """Show another run, or how its loss has gone on."""
        view = new.plots
        if view is not None and view.asked != self._asked:
            self._asked, self.kind, self.sought = view.asked, view.kind, ""
            self.places.pop(view.kind, None)
        shown = self.kind in (PlotKind.LOSS, PlotKind.TRADE_OFF)
        if new.plots is not old.plots or (shown and _moves(old) != _moves(new)) or view is None:
            self._show()

    def on_resize(self, event: Resize) -> None:
        """Put the table beside the plot where there is room, and draw for the new size."""
        self.set_class(event.size.width >= BESIDE, "-beside")
        self.call_after_refresh(self._show)

    # What is shown.

    @property
    def view(self) -> PlotsView | None:
        """The run whose plots are shown."""
        return self.session.plots

    @property
    def run(self) -> RunView | None:
        """The run, as it is now."""
        return self.session.run(self.view.run_id) if self.view is not None else None

    @property
    def items(self) -> list[Plot]:
        """The plots of this kind whose titles fit what is sought."""
        from memisis_screens.plots.making import plots_of

        view, run = self.view, self.run
        if view is None or run is None:
            return []
        every = plots_of(self.kind, view.plots, run, self.session.compared)
        return [plot for plot in every if sought_in(self.sought, plot.title)]

    def _show(self) -> None:
        view, run = self.view, self.run
        nothing = view is None or run is None
        for widget in self.children:
            if not isinstance(widget, FilterInput):
                widget.display = nothing is isinstance(widget, EmptyState)
        if view is None or run is None:
            self._say_empty()
            return
        items = self.items
        place = min(self.places.get(self.kind, self._asked_for(items)), max(len(items) - 1, 0))
        self.query_one("#plot-kinds", Static).update(self._kinds())
        if items:
            self.places[self.kind] = place
            self._show_plot(items[place], place, len(items), run)
        else:
            self._show_none(run)
        if self.has_focus and self.display:
            self.main.focus()

    def _asked_for(self, items: list[Plot]) -> int:
        """Return the place of the plot about the subject that was asked for."""
        view = self.view
        if view is None or not view.subject or view.kind is not self.kind:
            return 0
        names = (view.subject, view.subject.partition("=")[0])
        return next(
            (i for i, plot in enumerate(items) if plot.subject in names or plot.title in names), 0
        )

    def _show_plot(self, plot: Plot, place: int, count: int, run: RunView) -> None:
        place_words = f"  {place + 1} of {count}" if count > 1 else ""
        notes = f"   found: {visible(self.sought)}" if self.sought else ""
        self.query_one("#plot-title", Static).update(
            Content.assemble(
                (f"{visible(run.label)} {run.title}  ", "$quiet"),
                (visible(plot.title), "bold"),
                (f"{place_words}{visible(notes)}", "$quiet"),
            )
        )
        self._draw(plot)
        table = self.query_one(PlotTable)
        table.present(*_table(plot, table.size.width or self.content_size.width))

    def _draw(self, plot: Plot) -> None:
        text = self.query_one("#plot-text", VerticalScroll)
        caption = Content.styled(visible_lines(plot.caption), "$quiet")
        curves = plot.drawing if isinstance(plot.drawing, Curves) else None
        text.display = curves is None
        if curves is not None:
            from memisis_screens.plots.curve_plot import curves_legend

            caption = Content("\n").join([curves_legend(curves), caption])
            self.call_later(self._draw_curves, curves)
        else:
            for found in self.query("#plot-curves"):
                found.display = False
            place = self.query_one("#plot-drawing")
            width = max((place.size.width or self.content_size.width) - 2, 20)
            drawing = plot.drawing
            assert not isinstance(drawing, Curves), "curves are drawn by their own widget"
            self.query_one("#plot-text Static", Static).update(drawing(width, text.size.height))
        self.query_one("#plot-caption", Static).update(caption)

    async def _draw_curves(self, curves: Curves) -> None:
        """Draw curves; the library behind them is imported with the first one."""
        from memisis_screens.plots.curve_plot import CurvePlot

        if not self.query("#plot-curves"):
            await self.query_one("#plot-drawing").mount(
                CurvePlot(id="plot-curves"), after="#plot-title"
            )
        widget = self.query_one("#plot-curves", CurvePlot)
        widget.display = True
        widget.show(curves)

    def _show_none(self, run: RunView) -> None:
        from memisis_screens.plots.making import why_none

        view = self.view
        assert view is not None, "a kind is empty only where a run is shown"
        why = view.trouble or why_none(self.kind, view.plots, run)
        if self.sought:
            why = "No plot of this kind has such a name; Esc clears the filter"
        self.query_one("#plot-title", Static).update(
            Content.styled(f"{visible(run.label)} {run.title}", "$quiet")
        )
        self.query_one("#plot-text", VerticalScroll).display = True
        self.query_one("#plot-text Static", Static).update(Content(visible(why)))
        self.query_one("#plot-caption", Static).update("")
        for found in self.query("#plot-curves"):
            found.display = False
        self.query_one(PlotTable).present((TableColumn("none", Text("")),), ())

    def _kinds(self) -> Content:
        pieces = []
        for kind in PlotKind:
            here = kind is self.kind
            title = kind.value.capitalize()
            text = f"[{title}]" if here else f" {title} "
            piece = Content.styled(text, "bold $primary" if here else "$quiet")
            pieces.append(piece.stylize(Style.from_meta({"kind": kind.value})))
        return Content.assemble(*pieces)

    @property
    def _last_run(self) -> RunView | None:
        """The run that is begun with where none was chosen: the last that was measured."""
        return next(reversed(self.session.measured_runs), None)

    @property
    def can_begin(self) -> bool:
        """Whether there are plots that could be shown, and none are."""
        return self.session.plots is None and self._last_run is not None

    def begin(self) -> None:
        """Show the plots of the last run."""
        if self._last_run is not None:
            self.post_message(PlotsRequested(self._last_run.id, PlotKind.COLUMNS))

    def _say_empty(self) -> None:
        empty = self.query_one(EmptyState)
        last = self._last_run
        if last is not None:
            empty.say(
                "No run is shown",
                f"Enter shows the plots of {last.label} {visible(last.title)}; "
                "p on a run elsewhere shows those of that run",
            )
        else:
            empty.say("No plots yet", "Runs have plots once they are evaluated")

    @property
    def main(self) -> PlotTable | PlotsPane:
        """The widget that takes the focus: the table, which also turns the plots."""
        return self.query_one(PlotTable) if self.run is not None else self

    # Keys.

    def step(self, step: int) -> None:
        """Go to the next plot of this kind; after the last one comes the first."""
        count = len(self.items)
        if count:
            self.places[self.kind] = (self.places.get(self.kind, 0) + step) % count
            self._show()
            self.query_one(PlotTable).move_cursor(row=0, animate=False)

    def go_to(self, kind: PlotKind) -> None:
        """Show another kind."""
        self.kind, self.sought = kind, ""
        self._show()

    def show_other_run(self, step: int) -> None:
        """Show the same plot of the next run."""
        runs = [run.id for run in self.session.runs]
        if self.view is not None and self.view.run_id in runs and len(runs) > 1:
            here = self.items
            place = self.places.get(self.kind, 0)
            subject = here[place].title if place < len(here) else ""
            following = runs[(runs.index(self.view.run_id) + step) % len(runs)]
            self.post_message(PlotsRequested(following, self.kind, subject))

    def on_click(self, event: Click) -> None:
        """Go to the kind that was clicked on."""
        kind = event.style.meta.get("kind")
        if kind is not None:
            self.go_to(PlotKind(kind))

    def on_filter_input_sought(self, event: FilterInput.Sought) -> None:
        """Show the plots that fit."""
        event.stop()
        if event.text != self.sought:
            self.sought = event.text
            self.places.pop(self.kind, None)
            self._show()

    def on_filter_input_left(self, event: FilterInput.Left) -> None:
        """Go back to the table."""
        event.stop()
        self.query_one(PlotTable).focus()


def visible_lines(text: str) -> str:
    """Return a text of several lines with its other control characters visible."""
    return "\n".join(visible(line) for line in text.split("\n"))


def _table(plot: Plot, room: int) -> tuple[list[TableColumn], list[TableRow]]:
    """Return the table of a plot: numbers as wide as they are, names in what is left of `room`."""
    needed = [
        max([cell(name).cell_len, *(cell(row[place]).cell_len for row in plot.rows)])
        for place, name in enumerate(plot.columns)
    ]
    widths = [width + 1 for width in needed]
    least = min(needed[0] + 2, _LEAST_NAME)
    widths[0] = max(min(needed[0] + 2, _MOST_NAME, room - sum(widths[1:]) - 2), least)
    columns = [
        TableColumn(str(place), cell(name, right=place > 0), widths[place])
        for place, name in enumerate(plot.columns)
    ]
    rows = [
        TableRow(
            str(number),
            tuple(cell(text, right=place > 0) for place, text in enumerate(row)),
        )
        for number, row in enumerate(plot.rows)
    ]
    return columns, rows


def _moves(session: Session) -> object:
    """Return what the plots that follow the session depend on."""
    run = session.run(session.plots.run_id) if session.plots is not None else None
    return (run.losses.epochs[-1:] if run is not None else None, session.compared)
