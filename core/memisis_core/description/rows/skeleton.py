"""Rows whose skeleton the program writes: the model fills in one value at a time.

The program says what counts as a value and has it written again if it does not, but puts in none
itself, unless that was asked for; then it is counted as drawn.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from memisis_core.agent.language_model import ValueRequest, ValueWriter
from memisis_core.description.rows.cells import (
    SEPARATOR,
    Cell,
    Row,
    cell_of_text,
    cell_text,
    code_texts,
    decimals_of,
    may_be_missing,
    number_text,
    safe_text,
)
from memisis_core.description.rows.journal import Line
from memisis_core.description.rows.prompt import RowPrompt
from memisis_core.description.rows.rejection import Reason, Rejection
from memisis_core.description.rows.rules import broken_rule
from memisis_core.description.specification import Rule, Specification, Variable, VariableType
from memisis_core.errors import Cancelled

_STOP = (SEPARATOR, "\n")
_SECONDS_A_VALUE = 30.0
_DRAWS = 20

Judge = Callable[[Row], None]
"""Raises `Rejection` for a whole row that does not count."""
DrawCell = Callable[[str], Cell]
"""Draws a value of a variable from the specification."""


@dataclass
class _Work:
    """One row in work: where the model stands, and what it has not read yet."""

    mark: int
    unread: str = ""
    row: Row = field(default_factory=dict)
    drawn: list[str] = field(default_factory=list)
    derived: list[str] = field(default_factory=list)
    rejected: Counter[str] = field(default_factory=Counter)


@dataclass
class SkeletonRows:
    """Writes rows value by value with a small model.

    Attributes
    ----------
    writer : ValueWriter
    specification : Specification
    tries : int
        Times that the model may try one value.
    draw : callable, optional
        Draws a value that the model cannot give; without it the row is rejected.
    """

    writer: ValueWriter
    specification: Specification
    tries: int = 4
    draw: DrawCell | None = None

    def __post_init__(self) -> None:
        self._variables = {variable.name: variable for variable in self.specification.variables}
        self._sums = [rule for rule in self.specification.rules if rule.kind == "sum"]

    def batch(
        self, prompt: RowPrompt, number: int, temperature: float, judge: Judge
    ) -> Iterator[Line]:
        """Write rows behind one prompt, each as if it were the first.

        The model does not see the rows before: a small one would copy them.

        Parameters
        ----------
        prompt : RowPrompt
        number : int
            The batch's number, for the journal.
        temperature : float
        judge : callable
            Has the last word on a row.

        Yields
        ------
        Line
            One for each attempt.

        Raises
        ------
        PromptTooLong
            If prompt and row do not fit into the context.
        Cancelled
            If the model was told to stop.
        """
        totals = {rule.columns[0] for rule in self._sums}
        asked = tuple(name for name in prompt.order if name not in totals)
        after = self.writer.read(prompt.messages())
        for _ in range(prompt.count):
            started = time.monotonic()
            work = _Work(after)
            refused: Rejection | None = None
            try:
                self._write_row(work, asked, temperature)
                judge(work.row)
            except Rejection as rejection:
                refused = rejection
            seconds = time.monotonic() - started
            values = dict(work.rejected)
            if refused is not None:
                yield Line(
                    number, seconds, reason=str(refused.reason), variable=refused.variable,
                    rejected_values=values,
                )  # fmt: skip
                continue
            yield Line(
                number, seconds, {name: work.row[name] for name in self._variables},
                work.drawn, work.derived, rejected_values=values,
            )  # fmt: skip

    def _write_row(self, work: _Work, asked: tuple[str, ...], temperature: float) -> None:
        for place, name in enumerate(asked):
            work.unread += f"{SEPARATOR} {safe_text(name)}=" if place else f"{safe_text(name)}="
            self._write_value(work, self._variables[name], temperature)
        for _ in self._sums:
            for rule in self._sums:
                self._add_up(work, rule)
        if len(work.row) < len(self._variables):
            raise Rejection(Reason.RULE_BROKEN)
        if broken_rule(self.specification, work.row):
            raise Rejection(Reason.RULE_BROKEN)

    def _write_value(self, work: _Work, variable: Variable, temperature: float) -> None:
        last = Rejection(Reason.NOTHING, variable.name)
        for _ in range(self.tries):
            value = self.writer.write(
                work.mark,
                ValueRequest(
                    work.unread, _STOP, longest(variable), temperature, _SECONDS_A_VALUE
                ),
            )  # fmt: skip
            if value.ending == "cancelled":
                raise Cancelled("stopped")
            try:
                if value.ending == "length":
                    raise Rejection(Reason.PROSE, variable.name)
                cell = cell_of_text(variable, value.text)
                self._hold_to_rules(work, variable, cell)
            except Rejection as rejection:
                last = rejection
                work.rejected[str(rejection.reason)] += 1
                continue
            work.row[variable.name] = cell
            work.mark, work.unread = value.mark, ""
            return
        if self.draw is None:
            raise last
        self._draw_value(work, variable, self.draw)

    def _draw_value(self, work: _Work, variable: Variable, draw: DrawCell) -> None:
        """Put in a value drawn from the specification; the model reads it with the next name."""
        for _ in range(_DRAWS):
            cell = draw(variable.name)
            try:
                self._hold_to_rules(work, variable, cell)
            except Rejection:
                continue
            work.row[variable.name] = cell
            work.drawn.append(variable.name)
            work.unread += cell_text(variable, cell)
            return
        raise Rejection(Reason.RULE_BROKEN, variable.name)

    def _hold_to_rules(self, work: _Work, variable: Variable, cell: Cell) -> None:
        row = {**work.row, variable.name: cell}
        if broken_rule(self.specification, row, about=variable.name):
            raise Rejection(Reason.RULE_BROKEN, variable.name)

    def _add_up(self, work: _Work, rule: Rule) -> None:
        """Compute a total, which follows from its parts: there is nothing to ask the model."""
        total, *parts = (self._variables[name] for name in rule.columns)
        if total.name in work.row or any(part.name not in work.row for part in parts):
            return
        cells = [work.row[part.name] for part in parts]
        text = "NA"
        if all(isinstance(cell, int | float) for cell in cells):
            text = number_text(float(sum(cells)), decimals_of(total))  # type: ignore[arg-type]
        work.row[total.name] = cell_of_text(total, text)
        work.derived.append(total.name)


def longest(variable: Variable) -> int:
    """Return how many tokens the longest value of a variable may take, its stop among them.

    A token holds at least one character; digits take one each in the embedded model.
    """
    if variable.is_coded:
        longest_code = max((len(text) for text in code_texts(variable)), default=1)
        return max(longest_code, 2 if may_be_missing(variable) else 1) + 2
    if variable.type is VariableType.DATE:
        return len("2000-01-01") + 2
    bounds = [b.value for b in (variable.low, variable.high) if b is not None] or [1e6]
    return max(len(number_text(bound, decimals_of(variable))) for bound in bounds) + 3
