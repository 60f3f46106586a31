"""The help for what has the focus, written from the registry of actions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.content import Content

from memisis_screens.actions import ACTIONS, SCOPE_TITLES, Action, Scope

if TYPE_CHECKING:
    from textual.screen import Screen

KEY_WIDTH = 18
ABOUT: dict[Scope, str] = {
    Scope.PROMPT: "Say in plain words what you need: how many patients, which column models should "
    "predict, whom the data must be fair to, what matters most. A plan comes back; nothing runs "
    "before you confirm it.",
    Scope.PLAN_CARD: "Each value shows where it comes from: ‹said› in your words, ‹edited› by hand, "
    "‹dataset› suggested by the table, ‹default› because nobody said anything. What the model "
    "claimed without support is dropped, and shown as dropped.",
    Scope.PLAN_FORM: "Every valid value is taken at once and marked as edited. An empty field means "
    "that nothing is stated: the dataset or the default fills it.",
    Scope.DATA: "One row a column. The roles are guesses with their reasons until you set them. "
    "Identifiers are left out of synthesis.",
    Scope.JOBS: "One line a run. A stopped training keeps its model: it is sampled and measured like "
    "the others.",
    Scope.METRICS: "One row a measure, one column a run. “ideal” is the best value there is, “real” "
    "the same measure with real holdout data in the synthetic data's place. ± is half of the 95 % "
    "interval. ▲ best, = within the noise of the best, ! worse than real beyond the noise, · no "
    "value (the details say why).",
    Scope.COMPARE: "The marked runs side by side, or all while fewer than two are marked. A "
    "difference counts only if it is larger than the noise of both values.",
    Scope.REPORT: "What leaves this program's own folder, and where it was written. Nothing is "
    "written that you did not ask for.",
}


def help_text(screen: Screen[object], scopes: Iterable[Scope], topic: Content | None) -> Content:
    """Return the help for the given scopes, the nearest first.

    Parameters
    ----------
    screen : Screen
        Its key map says which keys are in force.
    scopes : iterable of Scope
        Scopes of the widget with the focus and of what is around it.
    topic : Content or None
        What is under the cursor, explained.
    """
    parts: list[Content] = [topic, Content("")] if topic is not None else []
    for scope in scopes:
        listed = [action for action in ACTIONS if action.scope is scope]
        if not listed:
            continue
        parts.append(Content.styled(SCOPE_TITLES[scope], "bold $primary"))
        if scope in ABOUT:
            parts.extend([Content.styled(ABOUT[scope], "$quiet"), Content("")])
        parts.extend(_line(screen, action) for action in listed)
        parts.append(Content(""))
    return Content("\n").join(parts)


def _line(screen: Screen[object], action: Action) -> Content:
    keys = ", ".join(written_keys(screen, action))
    more = f" – {action.help}" if action.help else ""
    return Content.assemble(
        (f"{keys:<{KEY_WIDTH}}", "bold"), (action.title, ""), (more, "$quiet")
    )


def written_keys(screen: Screen[object], action: Action) -> list[str]:
    """Return the keys of an action as people write them, a person's own key map included."""
    keymap = screen.app._keymap  # noqa: SLF001 - Textual gives no other way to read it
    keys = keymap.get(action.id, action.keys).split(",")
    written = [screen.app.get_key_display(binding) for binding in _bindings(action, keys)]
    return list(dict.fromkeys(written))


def _bindings(action: Action, keys: list[str]) -> list[Binding]:
    return [Binding(key.strip(), action.method) for key in keys]
