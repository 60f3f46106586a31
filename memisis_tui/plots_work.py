"""Plots: reads what a run's worker wrote, in a thread."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from memisis_core.errors import MemisisError
from memisis_screens.plots.plots_view import PlotsView
from memisis_tui.thread_messages import ThreadMessage

if TYPE_CHECKING:
    from memisis_core.evaluation.plot_data import PlotSet
    from memisis_screens.plots.plots_view import PlotsRequested
    from memisis_screens.workbench.workbench_screen import WorkbenchScreen
    from memisis_tui.desk import Desk


class PlotsRead(ThreadMessage):
    """The plots of a run were read, or there are none and one line says why."""

    def __init__(self, run_id: str, plots: PlotSet | None, trouble: str = "") -> None:
        super().__init__()
        self.run_id = run_id
        self.plots = plots
        self.trouble = trouble


class PlotsWork:
    """Owns `Session.plots`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._asked = 0

    def open(self, wish: PlotsRequested) -> None:
        """Show the plots of a run; the loss curve and the trade-off need no file."""
        services = self._desk.services
        run = self._desk.session.run(wish.run_id)
        if services is None or run is None:
            return
        self._asked += 1
        before = self._desk.session.plots
        known = before.plots if before is not None and before.run_id == wish.run_id else None
        view = PlotsView(wish.run_id, wish.kind, wish.subject, known, asked=self._asked)
        self._desk.session = replace(self._desk.session, plots=view)
        if known is not None or not run.state.final:
            return
        store = services.store

        def read() -> None:
            from memisis_core.evaluation.plot_data import ARTEFACT, read_plots
            from memisis_core.runs.artefacts import verified_path

            try:
                plots = read_plots(verified_path(store.run(wish.run_id), ARTEFACT))
            except MemisisError as error:
                self._desk.post_message(PlotsRead(wish.run_id, None, error.line()))
            else:
                self._desk.post_message(PlotsRead(wish.run_id, plots))

        self._desk.in_thread("reading the plots", read)

    def show(self, message: PlotsRead) -> None:
        """Show plots that were read, unless another run is shown by now."""
        view = self._desk.session.plots
        if view is not None and view.run_id == message.run_id:
            view = replace(view, plots=message.plots, trouble=message.trouble)
            self._desk.session = replace(self._desk.session, plots=view)


class PlotsMessages:
    """Handlers by Textual's naming rule, so that a plain class can hold them."""

    if TYPE_CHECKING:
        bench: WorkbenchScreen
        plots: PlotsWork

    async def on_plots_requested(self, message: PlotsRequested) -> None:
        """Read the plots of a run and go there."""
        self.plots.open(message)
        await self.bench.action_show_tab("plots")

    def on_plots_read(self, message: PlotsRead) -> None:
        """Show the plots of a run."""
        self.plots.show(message)
