"""Messages about runs and exports: the part of the application that carries them out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from memisis_screens import messages
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

    def on_stop_requested(self, message: messages.StopRequested) -> None:
        """Stop a run and keep its model."""
        said = self.jobs.stop(message.run_id)
        if said:
            self.bench.notify(said, markup=False)

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
