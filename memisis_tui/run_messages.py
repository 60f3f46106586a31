"""Messages about runs and exports: the part of the application that carries them out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from memisis_screens import messages
    from memisis_screens.session import Session
    from memisis_screens.workbench.workbench_screen import WorkbenchScreen
    from memisis_tui import thread_messages
    from memisis_tui.comparison_work import ComparisonWork
    from memisis_tui.conversation_work import ConversationWork
    from memisis_tui.export_work import ExportWork
    from memisis_tui.job_work import JobWork


class RunMessages:
    """Handlers by Textual's naming rule, so that a plain class can hold them."""

    if TYPE_CHECKING:
        bench: WorkbenchScreen
        session: Session
        comparisons: ComparisonWork
        conversation: ConversationWork
        exports: ExportWork
        jobs: JobWork

    # Runs.

    def on_runs_submitted(self, message: thread_messages.RunsSubmitted) -> None:
        """Follow runs that were queued."""
        self.jobs.follow(message.records, detached=message.detached)

    def on_run_reported(self, message: thread_messages.RunReported) -> None:
        """Show what a worker said."""
        self.jobs.report(message.run_id, message.event)
        self.comparisons.renew()

    async def on_run_ended(self, message: thread_messages.RunEnded) -> None:
        """Show and say how a run ended."""
        self.jobs.end(message.record)
        self.comparisons.renew()
        await self.conversation.tell_end(message.record)
        if not self.session.active_runs:
            # A bell: tmux marks the window, terminals notify as they were told to.
            self.bench.app.bell()

    def on_stop_requested(self, message: messages.StopRequested) -> None:
        """Stop a run and keep its model."""
        said = self.jobs.stop(message.run_id)
        if said:
            self.bench.notify(said, markup=False)

    def on_pause_requested(self, message: messages.PauseRequested) -> None:
        """Have a run rest, or go on."""
        said = self.jobs.pause(message.run_id)
        if said:
            self.bench.notify(said, markup=False)

    def on_log_requested(self, message: messages.LogRequested) -> None:
        """Read the log of a run."""
        self.jobs.read_log(message.run_id)

    def on_log_read(self, message: thread_messages.LogRead) -> None:
        """Show the log of a run."""
        from memisis_screens.dialogs.reading_screen import ReadingScreen
        from memisis_screens.jobs.job_log_text import job_log_text

        run = self.session.run(message.run_id)
        if run is not None:
            title = f"Log of {run.label} {run.title}"
            self.bench.app.push_screen(ReadingScreen(title, job_log_text(run, message.lines)))

    def on_resume_requested(self, message: messages.ResumeRequested) -> None:
        """Begin a run again."""
        self.jobs.resume(message.run_id)

    def on_mark_toggled(self, message: messages.MarkToggled) -> None:
        """Mark a run, or no longer."""
        self.comparisons.toggle_mark(message.run_id)

    def on_pin_toggled(self, message: messages.PinToggled) -> None:
        """Hold the others against a run, or no longer."""
        self.comparisons.toggle_pin(message.run_id)

    def on_runs_compared(self, message: thread_messages.RunsCompared) -> None:
        """Show a comparison."""
        self.comparisons.show(message)

    # Exports.

    def on_export_requested(self, message: messages.ExportRequested) -> None:
        """Write a file."""
        self.exports.export(message)

    def on_file_exported(self, message: thread_messages.FileExported) -> None:
        """Show that a file was written."""
        self.exports.show(message.exported)

    def on_destination_chosen(self, message: messages.DestinationChosen) -> None:
        """Write to another folder from now on."""
        self.exports.choose(message.folder)
