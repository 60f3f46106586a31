"""What can be done with jobs, for the one registry of actions."""

from __future__ import annotations

from memisis_screens.action import Action, Scope


def jobs_actions() -> tuple[Action, ...]:
    """Return the actions on the run under the cursor."""
    scope = Scope.JOBS
    return (
        Action("jobs.stop", "x", "stop", "Stop the job and keep its model", scope,
               "Training stops after the current epoch; the model so far is sampled.",
               footer="stop, keep", rank=1),
        Action("jobs.pause", "space", "pause", "Pause the job, or let it go on", scope,
               "It keeps its memory and its place among the jobs, and uses no processor.",
               footer="pause", rank=2, shown_key="Space"),
        Action("jobs.details", "enter", "details", "Details of the job", scope,
               footer="details", rank=3, shown_key="Enter"),
        Action("jobs.log", "L", "log", "Log of the job", scope,
               "What its process wrote, and what happened when.", footer="log", rank=4),
        Action("jobs.change", "e", "change", "Change the plan of the run and run it anew", scope,
               "Its plan comes back as a card that can be edited; this run stays as it is.",
               footer="change, rerun", rank=5),
        Action("jobs.resume", "r", "resume", "Begin the run again", scope,
               "A run that was interrupted, stopped or that failed.", footer="again", rank=6),
    )  # fmt: skip
