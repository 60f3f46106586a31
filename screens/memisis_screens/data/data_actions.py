"""What can be done with tables, for the one registry of actions."""

from __future__ import annotations

from memisis_screens.action import Action, Scope


def data_actions() -> tuple[Action, ...]:
    """Return the actions of the Data tab, of opening a table and of looking at its rows."""
    return (*_data(), *_opening(), *_rows())


def _data() -> tuple[Action, ...]:
    scope = Scope.DATA
    return (
        Action("app.open", "o,O", "open_table", "Open a table", Scope.WORKBENCH,
               "By its path, completed with Tab, or one of the last ones. A new session begins.",
               footer="open", rank=12, shown_key="o"),
        Action("data.target", "t", "set_role('target')", "Make the column the target", scope,
               "What models are trained to predict.", footer="target", rank=1),
        Action("data.protected", "p", "set_role('protected')", "Make the column protected", scope,
               "An attribute by whose groups fairness is measured.", footer="protected", rank=2),
        Action("data.identifier", "i", "set_role('identifier')",
               "Mark the column as an identifier", scope,
               "Identifiers are left out of synthesis.", footer="identifier", rank=3),
        Action("data.exclude", "x", "set_role('excluded')", "Leave the column out", scope,
               footer="leave out", rank=4),
        Action("data.feature", "f", "set_role('feature')", "Make the column a feature", scope,
               footer="feature", rank=5),
        Action("data.rows", "v,enter", "show_rows", "View the rows of the table", scope,
               "Page by page, however many there are.", footer="rows", rank=6, shown_key="v"),
        Action("data.filter", "slash", "filter", "Filter the columns", scope,
               footer="filter", rank=7, shown_key="/"),
    )  # fmt: skip


def _opening() -> tuple[Action, ...]:
    scope = Scope.OPENING
    return (
        Action("opening.open", "enter", "open", "Open the file, or go into the folder", scope,
               footer="open", rank=1, shown_key="Enter", palette=False, priority=True),
        Action("opening.complete", "tab", "complete", "Complete the path", scope,
               footer="complete", rank=2, shown_key="Tab", palette=False, priority=True),
        Action("opening.up", "up,ctrl+p", "choose(-1)", "Proposal above", scope, palette=False,
               priority=True),
        Action("opening.down", "down,ctrl+n", "choose(1)", "Proposal below", scope, palette=False,
               priority=True),
        Action("opening.close", "escape", "close", "Back", scope,
               footer="back", rank=3, shown_key="Esc", palette=False, priority=True),
    )  # fmt: skip


def _rows() -> tuple[Action, ...]:
    scope = Scope.ROWS
    return (
        Action("rows.go", "slash,colon", "ask_row", "Go to a row by its number", scope,
               footer="row number", rank=1, shown_key="/", palette=False),
        Action("rows.close", "escape,q,v", "close", "Back", scope,
               footer="back", rank=2, shown_key="Esc", palette=False),
    )  # fmt: skip
