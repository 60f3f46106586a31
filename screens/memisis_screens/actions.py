"""The one registry of actions: it feeds key bindings, the key line, the palette and the help.

A key is written as Textual names it; several keys for one action are separated by commas. The
identifiers are stable, since people remap keys by them. Nothing here depends on Alt, on
Ctrl+S/Q/Z/C/B/A alone, or on keys that tmux, screen or terminals take.
"""

from __future__ import annotations

from textual.binding import Binding

from memisis_screens.action import Action, Scope
from memisis_screens.data.data_actions import data_actions
from memisis_screens.jobs.jobs_actions import jobs_actions
from memisis_screens.plots.plots_actions import plots_actions
from memisis_screens.review.review_actions import review_actions


def _workbench() -> tuple[Action, ...]:
    scope = Scope.WORKBENCH
    tabs = ("data", "plan", "jobs", "metrics", "compare", "report", "review", "plots")
    to_tab = tuple(
        Action(f"tab.{name}", str(number), f"show_tab('{name}')", f"Go to {name.title()}", scope)
        for number, name in enumerate(tabs[1:], start=2)
    )
    return (
        Action("tab.chat", "0", "show_tab('chat')", "Go to the conversation", scope),
        # One entry of the key line stands for all of them.
        Action("tab.data", "1", "show_tab('data')", "Go to Data", scope,
               footer="tab", rank=11, shown_key="1-8"),
        *to_tab,
        Action("plan.new", "n", "new_plan", "New plan by hand", scope,
               "A plan in which nothing is stated, to be edited; needs no language model."),
        Action("pane.next", "tab", "next_pane", "Next pane", scope,
               footer="pane", rank=10, shown_key="Tab", priority=True),
        Action("pane.previous", "shift+tab", "previous_pane", "Previous pane", scope,
               shown_key="Shift+Tab", priority=True),
        Action("pane.zoom", "z", "zoom", "Zoom the pane, or give its place back", scope),
        Action("pane.wider", "plus", "widen(4)", "Widen the conversation", scope),
        Action("pane.narrower", "minus", "widen(-4)", "Narrow the conversation", scope),
        Action("pane.back", "escape", "back", "Back to the prompt", scope,
               "Goes one step back and never destroys anything.", shown_key="Esc"),
        Action("app.jump", "ctrl+o", "jump", "Jump: a letter on each place", scope,
               "Press the letter of a tab, a table or a field to go there.", shown_key="^o"),
        Action("session.list", "S", "sessions", "Sessions: open, rename, export, delete", scope,
               "What was open comes back: table, plan, conversation, marked runs."),
        Action("app.theme", "T", "next_theme", "Next colour theme", scope),
        Action("app.help", "question_mark,f1", "help", "Help for what has the focus", scope,
               footer="help", rank=90, shown_key="?"),
        Action("app.palette", "ctrl+k,ctrl+p", "app.command_palette", "Command palette", scope,
               footer="commands", rank=91, shown_key="^k", palette=False, priority=True),
        Action("app.copy", "ctrl+c", "copy", "Copy the selected text", scope,
               shown_key="^c", palette=False),
        Action("app.suspend", "ctrl+z,f9", "suspend", "Suspend: back to the shell, fg returns",
               scope, "Jobs go on meanwhile.", shown_key="^z", priority=True),
        Action("app.quit", "q,ctrl+q", "leave", "Quit", scope,
               "Asks first while jobs are running; they are ended within two seconds.",
               footer="quit", rank=95),
    )  # fmt: skip


def _chat() -> tuple[Action, ...]:
    prompt = Scope.PROMPT
    return (
        Action("prompt.send", "enter", "send", "Send", prompt,
               "Sends the words to the model; a plan comes back before anything runs.",
               footer="send", rank=1, shown_key="Enter", palette=False),
        Action("prompt.newline", "ctrl+j", "newline", "New line", prompt,
               footer="new line", rank=30, shown_key="^j", palette=False),
        Action("prompt.earlier", "up", "earlier", "Earlier words of yours", prompt,
               "In the first line of the prompt.",
               footer="earlier", rank=31, shown_key="↑", palette=False),
        Action("prompt.later", "down", "later", "Later words of yours", prompt, palette=False),
        Action("prompt.undo", "ctrl+underscore,f8", "undo", "Undo what was written", prompt,
               shown_key="^_", palette=False),
        Action("prompt.complete", "tab", "complete", "Complete the command", prompt,
               "While a word after / can still become several.",
               footer="complete", rank=3, shown_key="Tab", palette=False),
        Action("chat.copy", "y", "copy_answer", "Copy the last answer", Scope.WORKBENCH,
               "To the terminal's clipboard (OSC 52), which works over SSH too."),
        Action("chat.save", "Y", "save_answer", "Save the last answer as a file",
               Scope.WORKBENCH, "Beside exports; /save FILE names it."),
        Action("prompt.stop", "escape", "stop", "Stop the answer and take the words back", prompt,
               footer="stop", rank=2, shown_key="Esc"),
        Action("prompt.leave", "ctrl+d", "leave_if_empty", "Quit from an empty prompt", prompt,
               palette=False),
        Action("chat.up", "pageup", "page_up", "Scroll the conversation up", Scope.CHAT,
               priority=True),
        Action("chat.down", "pagedown", "page_down", "Scroll the conversation down", Scope.CHAT,
               priority=True),
    )  # fmt: skip


def _description() -> tuple[Action, ...]:
    card, text = Scope.DESCRIPTION_CARD, Scope.SPECIFICATION
    return (
        Action("description.make", "enter", "confirm", "Make the patients", card,
               "Draws them from the specification; takes an earlier one up again.",
               footer="make", rank=1, shown_key="Enter"),
        Action("description.edit", "e", "edit", "Edit the specification", card,
               "Every number with its source, as text.", footer="edit", rank=2),
        Action("description.drop", "escape", "drop", "Drop the description", card,
               "Sets it aside; Enter takes it up again.",
               footer="drop", rank=3, shown_key="Esc"),
        Action("specification.done", "escape", "done", "Finish editing the specification", text,
               "Keeps what was changed; a text that cannot be one is not left.",
               footer="done", rank=1, shown_key="Esc", palette=False),
        Action("specification.reset", "ctrl+r", "reset", "The specification as it was", text,
               footer="as it was", rank=2, shown_key="^r", palette=False),
    )  # fmt: skip


def _plan() -> tuple[Action, ...]:
    card, form = Scope.PLAN_CARD, Scope.PLAN_FORM
    return (
        Action("plan.run", "enter", "confirm", "Run the plan", card,
               "Starts one job for each synthesizer; takes an earlier plan up again.",
               footer="run", rank=1, shown_key="Enter"),
        Action("plan.edit", "e", "edit", "Edit the plan", card, footer="edit", rank=2),
        Action("plan.drop", "escape", "drop", "Drop the plan", card,
               "Sets the plan aside; e takes it up again.",
               footer="drop", rank=3, shown_key="Esc"),
        Action("form.next", "tab,down", "next_field", "Next slot", form,
               footer="next", rank=1, shown_key="Tab", palette=False),
        Action("form.previous", "shift+tab,up", "previous_field", "Previous slot", form,
               palette=False, shown_key="Shift+Tab"),
        Action("form.accept", "enter", "accept", "Accept the value and go on", form,
               footer="accept", rank=2, shown_key="Enter", palette=False),
        Action("form.reset", "ctrl+r", "reset", "Back to what nobody stated", form,
               "The dataset or the default fills the slot again.",
               footer="reset", rank=3, shown_key="^r", palette=False),
        Action("form.close", "escape", "close", "Finish editing", form,
               "Keeps what was changed.", footer="done", rank=4, shown_key="Esc", palette=False),
        Action("choices.up", "up", "cursor_up", "Choice above", Scope.CHOICES, palette=False),
        Action("choices.down", "down", "cursor_down", "Choice below", Scope.CHOICES,
               palette=False),
        Action("choices.page_up", "pageup", "page_up", "Page up", Scope.CHOICES, palette=False),
        Action("choices.page_down", "pagedown", "page_down", "Page down", Scope.CHOICES,
               palette=False),
        Action("choices.first", "home", "first", "First choice", Scope.CHOICES, palette=False),
        Action("choices.last", "end", "last", "Last choice", Scope.CHOICES, palette=False),
        Action("choices.toggle", "space", "select", "Take in or out", Scope.TOGGLES,
               footer="take in or out", rank=1, shown_key="Space", palette=False),
    )  # fmt: skip


def _table() -> tuple[Action, ...]:
    scope = Scope.TABLE
    return (
        Action("table.up", "up,k", "cursor_up", "Up", scope, palette=False),
        Action("table.down", "down,j", "cursor_down", "Down", scope, palette=False),
        Action("table.left", "left,h", "cursor_left", "Left", scope, palette=False),
        Action("table.right", "right,l", "cursor_right", "Right", scope, palette=False),
        Action("table.page_up", "pageup", "page_up", "Page up", scope, palette=False),
        Action("table.page_down", "pagedown", "page_down", "Page down", scope, palette=False),
        Action("table.top", "g,ctrl+home", "scroll_top", "First row", scope, palette=False),
        Action("table.bottom", "G,ctrl+end", "scroll_bottom", "Last row", scope, palette=False),
        Action("table.home", "home", "scroll_home", "First column", scope, palette=False),
        Action("table.end", "end", "scroll_end", "Last column", scope, palette=False),
        Action("pane.step_back", "escape", "step_back", "One step back", Scope.PANE,
               "Closes the filter, leaves the details, then goes to the prompt.",
               footer="back", rank=80, shown_key="Esc", palette=False),
        Action("pane.begin", "enter", "begin", "Begin where nothing is shown yet", Scope.PANE,
               "Opens a table in Data, the last run in Review and Plots.",
               footer="begin", rank=1, shown_key="Enter", palette=False),
        Action("filter.keep", "enter,down", "keep", "Keep the filter", Scope.FILTER,
               footer="keep", rank=1, shown_key="Enter", palette=False, priority=True),
        Action("filter.clear", "escape", "clear_filter", "Clear the filter", Scope.FILTER,
               footer="clear", rank=2, shown_key="Esc", palette=False, priority=True),
    )  # fmt: skip


def _work() -> tuple[Action, ...]:
    metrics, compare, report = Scope.METRICS, Scope.COMPARE, Scope.REPORT
    return (
        Action("metrics.details", "enter", "open_row", "Open the measure", metrics,
               "From a headline to its columns, pairs and groups.",
               footer="open", rank=1, shown_key="Enter"),
        Action("metrics.mark", "m", "mark", "Mark the run under the cursor", metrics,
               "Marked runs are the ones that Compare shows.", footer="mark", rank=2),
        Action("metrics.pin", "space", "pin", "Pin the run under the cursor", metrics,
               "The others are held against it; without one, against the best of each measure.",
               footer="pin", rank=8, shown_key="Space"),
        Action("metrics.compare", "c", "compare", "Compare the marked runs", metrics,
               footer="compare", rank=3),
        Action("metrics.next_axis", "full_stop", "axis(1)", "Next group of measures", metrics,
               footer="next table", rank=4, shown_key="."),
        Action("metrics.previous_axis", "comma", "axis(-1)", "Previous group of measures",
               metrics, shown_key=","),
        Action("metrics.hide", "H", "hide", "Hide the measure under the cursor", metrics,
               "It stays hidden on every page until A shows all again.", footer="hide", rank=9),
        Action("metrics.hide_run", "X", "hide_run", "Hide the run under the cursor", metrics,
               "Its column only; it stays marked and compared as it was."),
        Action("metrics.show_all", "A", "show_all", "Show what was hidden", metrics),
        Action("metrics.sort", "s", "sort", "Sort by the column under the cursor", metrics,
               footer="sort", rank=6),
        Action("metrics.filter", "slash", "filter", "Filter the measures", metrics,
               footer="filter", rank=5, shown_key="/"),
        Action("metrics.export", "e", "export", "Export the runs", metrics,
               "Goes to the Report tab, where everything that can leave stands.",
               footer="export", rank=7),
        Action("compare.more", "a", "extent", "Show more measures", compare,
               "Single columns and groups, then also what is within noise.",
               footer="more", rank=1),
        Action("compare.pin", "space", "pin", "Pin the run under the cursor", compare,
               "The others are held against it; without one, against the best of each measure.",
               footer="pin", rank=2, shown_key="Space"),
        Action("compare.mark", "m", "mark", "Take the run under the cursor out", compare,
               "Or into the comparison again, in Metrics.", footer="mark", rank=3),
        Action("compare.details", "enter", "open_row", "Open the difference", compare,
               footer="open", rank=4, shown_key="Enter"),
        Action("compare.filter", "slash", "filter", "Filter the measures", compare,
               footer="filter", rank=5, shown_key="/"),
        Action("report.export", "e,enter", "export", "Export what is under the cursor", report,
               footer="export", rank=1, shown_key="e"),
        Action("report.format", "f", "next_format", "Next file format", report,
               footer="format", rank=3),
        Action("report.folder", "d", "folder", "Choose the destination folder", report,
               footer="destination", rank=2),
        Action("dialog.yes", "y", "yes", "Yes", Scope.DIALOG, footer="yes", rank=1, palette=False),
        Action("dialog.close", "escape,n,q", "close", "Back", Scope.DIALOG,
               footer="back", rank=2, shown_key="Esc", palette=False),
        Action("sessions.open", "enter", "open", "Open the session", Scope.SESSIONS,
               footer="open", rank=1, shown_key="Enter", palette=False),
        Action("sessions.rename", "r", "rename", "Rename the session", Scope.SESSIONS,
               footer="rename", rank=2, palette=False),
        Action("sessions.export", "e", "export", "Export the session as JSON", Scope.SESSIONS,
               footer="export", rank=3, palette=False),
        Action("sessions.delete", "d", "delete", "Delete the session", Scope.SESSIONS,
               "Its runs stay.", footer="delete", rank=4, palette=False),
        Action("sessions.close", "escape", "close", "Back", Scope.SESSIONS,
               footer="back", rank=5, shown_key="Esc", palette=False),
        Action("jump.close", "escape", "close", "Back", Scope.JUMP, footer="back", rank=1,
               shown_key="Esc", palette=False),
        Action("reading.close", "escape,q,question_mark", "close", "Back", Scope.READING,
               footer="back", rank=1, shown_key="Esc", palette=False),
        Action("reading.down", "down,j", "scroll(1)", "Down", Scope.READING, palette=False),
        Action("reading.up", "up,k", "scroll(-1)", "Up", Scope.READING, palette=False),
        Action("reading.page_down", "pagedown,space", "scroll(15)", "Page down", Scope.READING,
               palette=False),
        Action("reading.page_up", "pageup", "scroll(-15)", "Page up", Scope.READING,
               palette=False),
        Action("reading.top", "home,g", "scroll(-100000)", "To the beginning", Scope.READING,
               palette=False),
        Action("reading.bottom", "end,G", "scroll(100000)", "To the end", Scope.READING,
               palette=False),
    )  # fmt: skip


ACTIONS: tuple[Action, ...] = (
    *(*_workbench(), *_chat(), *_plan(), *_description(), *_table()),
    *data_actions(),
    *jobs_actions(),
    *_work(),
    *review_actions(),
    *plots_actions(),
)


def bindings(scope: Scope) -> list[Binding]:
    """Return the bindings of one scope, in the order of the registry."""
    return [action.binding() for action in ACTIONS if action.scope is scope]


def action(identifier: str) -> Action:
    """Return the action called `identifier` (`KeyError` if there is none)."""
    for known in ACTIONS:
        if known.id == identifier:
            return known
    raise KeyError(identifier)
