"""What can be done with plots, for the one registry of actions."""

from __future__ import annotations

from memisis_screens.action import Action, Scope


def plots_actions() -> tuple[Action, ...]:
    """Return the actions of the Plots tab, and the ways there."""
    scope = Scope.PLOTS
    there = tuple(
        Action(f"{pane.value}.plots", "p", "plots", "Plots of the run", pane,
               "In Metrics, the plot that shows most of the measure under the cursor.",
               footer="plots", rank=19)
        for pane in (Scope.JOBS, Scope.METRICS, Scope.COMPARE)
    )  # fmt: skip
    return (
        *there,
        Action("plots.next", "right,l", "item(1)", "Next plot", scope,
               "The next column, view, attack, group or pair of axes.",
               footer="next", rank=1, shown_key="→"),
        Action("plots.previous", "left,h", "item(-1)", "Plot before", scope, shown_key="←"),
        Action("plots.next_kind", "full_stop", "kind(1)", "Next kind of plot", scope,
               footer="next kind", rank=2, shown_key="."),
        Action("plots.previous_kind", "comma", "kind(-1)", "Kind of plot before", scope,
               shown_key=","),
        Action("plots.run", "o", "run(1)", "The same plot of another run", scope,
               footer="other run", rank=3),
        Action("plots.filter", "slash", "filter", "Find a plot by name", scope,
               footer="find", rank=4, shown_key="/"),
    )  # fmt: skip
