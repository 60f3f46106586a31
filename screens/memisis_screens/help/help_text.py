"""The help for what has the focus, written from the registry of actions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from textual.content import Content

from memisis_screens.action import SCOPE_TITLES, Action, Scope, written
from memisis_screens.actions import ACTIONS

KEY_WIDTH = 18
ABOUT: dict[Scope, str] = {
    Scope.PROMPT: "Say in plain words what you need: how many patients, which column models should "
    "predict, whom the data must be fair to, what matters most. A plan comes back; nothing runs "
    "before you confirm it.",
    Scope.PLAN_CARD: "Each value shows where it comes from: ‹said› in your words, ‹edited› by "
    "hand, ‹dataset› suggested by the table, ‹default› because nobody said anything. What the "
    "model claimed without support is dropped, and shown as dropped.",
    Scope.PLAN_FORM: "Every valid value is taken at once and marked as edited. An empty field "
    "means that nothing is stated: the dataset or the default fills it.",
    Scope.DATA: "One row a column. The roles are guesses with their reasons until you set them. "
    "Identifiers are left out of synthesis.",
    Scope.JOBS: "One line a run. A stopped training keeps its model: it is sampled and measured "
    "like the others.",
    Scope.METRICS: "One row a measure, one column a run. “ideal” is the best value there is, "
    "“real” the same measure with real holdout data in the synthetic data's place. ± is half of "
    "the 95 % interval. ▲ best, = within the noise of the best, ! worse than real beyond the "
    "noise, · no value (the details say why).",
    Scope.COMPARE: "The marked runs side by side, or all while fewer than two are marked. A "
    "difference counts only if it is larger than the noise.",
    Scope.REVIEW: "One synthetic patient a page, in random order, so that the share judged "
    "implausible is about all of them. Judgements are kept with the run at once and stand in its "
    "report; no value of a patient is kept with them.",
    Scope.BLINDED: "Real holdout patients and synthetic ones, as many of each. An answer cannot be "
    "taken back, and the result is said after the last one.",
    Scope.PLOTS: "One plot at a time with its table. Shares and other aggregates are drawn; "
    "cells of fewer than ten real patients are merged or left out.",
    Scope.REPORT: "What leaves this program's own folder, and where it was written. Nothing is "
    "written that you did not ask for.",
}


def help_text(
    scopes: Iterable[Scope], keymap: Mapping[str, str], topic: Content | None, width: int
) -> Content:
    """Return the help for the given scopes, the nearest first.

    Parameters
    ----------
    scopes : iterable of Scope
        Scopes of the widget with the focus and of what is around it.
    keymap : mapping of str to str
        A person's own keys, by identifier of the action.
    topic : Content or None
        What is under the cursor, explained.
    width : int
        Cells of a line.
    """
    parts: list[Content] = [topic, Content("")] if topic is not None else []
    # Movements in tables are the last thing that somebody looks for here.
    for scope in sorted(scopes, key=lambda scope: scope is Scope.TABLE):
        listed = [action for action in ACTIONS if action.scope is scope]
        if not listed:
            continue
        parts.append(Content.styled(SCOPE_TITLES[scope], "bold $primary"))
        if scope in ABOUT:
            parts.extend([Content.styled(ABOUT[scope], "$quiet"), Content("")])
        for action in listed:
            parts.extend(_lines(action, keymap, width))
        parts.append(Content(""))
    return Content("\n").join(parts)


def _lines(action: Action, keymap: Mapping[str, str], width: int) -> list[Content]:
    keys = ", ".join(written_keys(action, keymap))
    more = f" – {action.help}" if action.help else ""
    text = Content.assemble(action.title, (more, "$quiet")).wrap(max(width - KEY_WIDTH, 16))
    heads = [Content.styled(f"{keys:<{KEY_WIDTH}}", "bold"), Content(" " * KEY_WIDTH)]
    return [Content.assemble(heads[min(index, 1)], line) for index, line in enumerate(text)]


def written_keys(action: Action, keymap: Mapping[str, str]) -> list[str]:
    """Return the keys of an action as people write them, a person's own key map included."""
    keys = keymap.get(action.id, action.keys).split(",")
    return list(dict.fromkeys(written(key) for key in keys))
