"""A run of row mode: batch after batch until there are enough rows, or it makes no sense to go on.

The loop draws nothing itself and loads nothing heavy: what draws patients from the specification
and what writes rows come from outside.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Literal, Protocol

from memisis_core.agent.gpt4all_process import ModelDied, PromptTooLong
from memisis_core.description.rows.alikeness import (
    COLLAPSED,
    RECOVERED,
    WINDOW,
    Alikeness,
)
from memisis_core.description.rows.cells import Row
from memisis_core.description.rows.journal import Journal, Line, Tally
from memisis_core.description.rows.prompt import RowPrompt
from memisis_core.description.rows.rejection import Reason, Rejection
from memisis_core.description.rows.settings import HOTTEST, STEP, RowSettings
from memisis_core.description.rows.skeleton import Judge
from memisis_core.description.specification import Specification
from memisis_core.errors import Cancelled, InputError

State = Literal["done", "partial", "failed", "stopped"]
MOST_COPIES = 3
"""Rows of one batch that are the same patient again, after which another prompt is taken."""
_DEATHS = 3


class RowSource(Protocol):
    """Writes batches of rows with a language model."""

    def batch(
        self, prompt: RowPrompt, number: int, temperature: float, judge: Judge
    ) -> Iterator[Line]:
        """Give one line for each row that was tried."""
        ...


@dataclass(frozen=True)
class RowProgress:
    """Where a run stands, after each attempt.

    Attributes
    ----------
    wanted, accepted, attempts : int
    rejected, rejected_values : dict of str to int
        By reason; a rejected value is one that the model was asked for again.
    last : str
        Why the last row was rejected, empty if it was accepted.
    temperature : float
    varied : int
        Times that the prompt was varied because patients became too alike.
    seconds_a_row : float or None
        Time for each accepted row.
    seconds_left : float or None
        Estimate.
    """

    wanted: int
    accepted: int
    attempts: int
    rejected: dict[str, int]
    rejected_values: dict[str, int]
    last: str
    temperature: float
    varied: int
    seconds_a_row: float | None
    seconds_left: float | None


@dataclass(frozen=True)
class RowsResult:
    """How a run ended.

    Attributes
    ----------
    state : {"done", "partial", "failed", "stopped"}
        All rows; some, and it made no sense to go on; none; stopped by a person.
    note : str
        Why, where not all rows are there; one line.
    tally : Tally
    """

    state: State
    note: str
    tally: Tally


class RowRun:
    """Asks for rows until there are enough.

    Parameters
    ----------
    specification : Specification
    source : RowSource
    settings : RowSettings
    journal : Journal
        Holds what a run before this one accepted, and gets every attempt.
    reference : sequence of dict
        Patients drawn from the specification, the yardstick of variety and the prompt's examples.
    listen : callable
        Gets a `RowProgress` after each attempt.
    stopping : callable
        Whether a person asked to stop.
    """

    def __init__(
        self,
        specification: Specification,
        source: RowSource,
        settings: RowSettings,
        journal: Journal,
        reference: Sequence[Row],
        *,
        listen: Callable[[RowProgress], None] = lambda _progress: None,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self._specification = specification
        self._source = source
        self._settings = settings
        self._journal = journal
        self._reference = list(reference)
        self._listen = listen
        self._stopping = stopping
        self._alikeness = Alikeness(specification, self._reference, settings.rows)
        self._level = 0
        self._since = len(journal.tally.rows)
        self._fruitless = 0
        self._attempts_before = journal.tally.attempts

    @property
    def temperature(self) -> float:
        """The temperature in use."""
        if not self._level:
            return self._settings.temperature
        heated = self._settings.temperature + STEP * self._level
        return max(self._settings.temperature, min(HOTTEST, heated))

    def prompt(self, number: int) -> RowPrompt:
        """Return the prompt of a batch: the same for the same seed, whatever was written before."""
        rng = random.Random(f"{self._settings.seed}/{number}")  # noqa: S311
        order = list(self._specification.names)
        if self._settings.ablation.shuffling:
            rng.shuffle(order)
        left = self._settings.rows - len(self._journal.tally.rows)
        return RowPrompt(
            specification=self._specification,
            order=tuple(order),
            example=rng.choice(self._reference),
            form=self._settings.form,
            count=min(self._settings.batch, max(1, left)),
            ablation=self._settings.ablation,
        )

    def run(self) -> RowsResult:
        """Write rows until there are enough.

        Returns
        -------
        RowsResult
            With every row that was accepted, also where the run could not be finished.

        Raises
        ------
        InputError
            If the specification is too long for the model's context.
        ModelUnavailable
            If the model cannot be loaded. What was accepted before stays in the journal.
        """
        tally, deaths = self._journal.tally, 0
        while len(tally.rows) < self._settings.rows:
            if note := self._why_give_up():
                return RowsResult("partial" if tally.rows else "failed", note, tally)
            try:
                self._batch(tally.batches)
            except Cancelled:
                return RowsResult("stopped", "stopped; run with --resume to go on", tally)
            except ModelDied as error:
                deaths += 1
                if deaths > _DEATHS:
                    return RowsResult("partial" if tally.rows else "failed", error.line(), tally)
            except PromptTooLong as error:
                raise InputError(
                    f"{len(self._specification.variables)} variables are too many for one prompt "
                    "of this model",
                    where=self._specification.title,
                    fix="Describe fewer variables, or draw from the specification instead",
                ) from error
        return RowsResult("done", "", tally)

    def _batch(self, number: int) -> None:
        prompt = self.prompt(number)
        example = [prompt.example] if prompt.example is not None else []

        def judge(row: Row) -> None:
            if self._alikeness.is_copy(row, chain(example, self._journal.tally.rows)):
                raise Rejection(Reason.DUPLICATE)

        copies = 0
        for line in self._source.batch(prompt, number, self.temperature, judge):
            copies += line.reason == Reason.DUPLICATE
            varied = self._too_alike(line) or self._too_many(copies)
            self._journal.add(replace(line, varied=int(varied)))
            self._fruitless = 0 if line.row is not None else self._fruitless + 1
            self._tell(line)
            if self._stopping():
                self._journal.settle()
                raise Cancelled("stopped")
            enough = len(self._journal.tally.rows) >= self._settings.rows
            if varied or enough or self._why_give_up():
                break
        self._journal.settle()

    def _too_alike(self, line: Line) -> bool:
        """Look at the last rows; where they are too alike, heat up and have the prompt varied."""
        rows = [*self._journal.tally.rows, *([line.row] if line.row is not None else [])]
        if line.row is None or len(rows) - self._since < WINDOW:
            return False
        share = self._alikeness.share(rows[-WINDOW:])
        if share < COLLAPSED:
            self._heat_up(len(rows))
            return True
        if share > RECOVERED and self._level:
            self._level -= 1
            self._since = len(rows)
        return False

    def _too_many(self, copies: int) -> bool:
        """Heat up and have the prompt varied where one batch gave the same patient often."""
        if copies < MOST_COPIES:
            return False
        self._heat_up(len(self._journal.tally.rows))
        return True

    def _heat_up(self, rows: int) -> None:
        if self.temperature < HOTTEST:
            self._level += 1
        self._since = rows

    def _why_give_up(self) -> str:
        tally, settings = self._journal.tally, self._settings
        most = ", ".join(f"{reason} {count}" for reason, count in tally.rejected.most_common(3))
        got = f"{len(tally.rows)} of {settings.rows} rows"
        if self._fruitless >= settings.fruitless:
            return f"{got}: {self._fruitless} attempts one after the other gave none ({most})"
        attempts = tally.attempts - self._attempts_before
        if attempts >= settings.attempts_a_row * settings.rows:
            return f"{got} after {attempts} attempts ({most})"
        return ""

    def _tell(self, line: Line) -> None:
        tally = self._journal.tally
        each = tally.seconds_a_row
        left = self._settings.rows - len(tally.rows)
        self._listen(
            RowProgress(
                wanted=self._settings.rows,
                accepted=len(tally.rows),
                attempts=tally.attempts,
                rejected=dict(tally.rejected),
                rejected_values=dict(tally.rejected_values),
                last=line.reason,
                temperature=self.temperature,
                varied=tally.varied,
                seconds_a_row=each,
                seconds_left=None if each is None else each * left,
            )
        )
