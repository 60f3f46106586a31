"""The blinded test: real holdout patients and synthetic ones mixed, told apart or not.

A test keeps positions, seed and answers. It never keeps a value of a patient.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from memisis_core.errors import InputError
from memisis_core.review.shares import chance_of_half, exact_interval

OF_EACH = 20
"""Patients of each kind unless another number is asked for."""
FEWEST = 5


class BlindedTest(BaseModel):
    """One sitting of one reviewer.

    Attributes
    ----------
    seed : int
        Draws patients and order.
    rows : tuple of int
        Position of each patient in its table: in the holdout or in the run's synthetic table.
    real : tuple of bool
        Whether each is a real one.
    answers : tuple of bool
        What the reviewer said, in order: True for real. Shorter than `rows` until the end.
    """

    model_config = ConfigDict(frozen=True)

    id: int = 0
    """Number in the store, 0 before it is kept."""
    seed: int
    rows: tuple[int, ...]
    real: tuple[bool, ...]
    answers: tuple[bool, ...] = ()
    began: datetime
    ended: datetime | None = None

    @property
    def finished(self) -> bool:
        """Whether every patient was answered."""
        return len(self.answers) == len(self.rows)

    def answered(self, real: bool, at: datetime) -> BlindedTest:
        """Return the test with one answer more."""
        if self.finished:
            return self
        answers = (*self.answers, real)
        ended = at if len(answers) == len(self.rows) else None
        return self.model_copy(update={"answers": answers, "ended": ended})


@dataclass(frozen=True)
class BlindedResult:
    """What came out.

    Attributes
    ----------
    right, n : int
        Patients told rightly, of all.
    real_right, real, synthetic_right, synthetic : int
        The same by kind.
    interval : pair of float
        Exact 95 % interval of the share told rightly (Clopper and Pearson).
    p_value : float
        Two-sided exact test against 1/2, the share of someone who guesses.
    """

    right: int
    n: int
    real_right: int
    real: int
    synthetic_right: int
    synthetic: int
    interval: tuple[float, float]
    p_value: float

    @property
    def share(self) -> float:
        """Share told rightly."""
        return self.right / self.n

    @property
    def words(self) -> str:
        """What it means, in one sentence."""
        low, high = self.interval
        if low > 0.5:
            return "Synthetic patients were told from real ones more often than by guessing."
        if high < 0.5:
            return (
                "Real and synthetic patients were taken for each other: more answers were wrong "
                "than by guessing."
            )
        return (
            "No difference from guessing was found. That does not show that there is none: the "
            "interval says how well they may be told apart."
        )


def new_test(
    holdout_rows: int, synthetic_rows: int, of_each: int, seed: int, at: datetime
) -> BlindedTest:
    """Draw patients without replacement, as many real as synthetic, in random order.

    Parameters
    ----------
    holdout_rows, synthetic_rows : int
        Sizes of the two tables.
    of_each : int
        Cut to the smaller of the two.
    seed : int
    at : datetime

    Raises
    ------
    InputError
        If fewer than five of a kind can be drawn.
    """
    import numpy as np

    n = min(of_each, holdout_rows, synthetic_rows)
    if n < FEWEST:
        raise InputError(
            f"a blinded test needs {FEWEST} patients of each kind, and there are only {n}",
            fix="Hold out or sample more rows",
        )
    random = np.random.default_rng(seed)
    drawn = [(True, int(row)) for row in random.choice(holdout_rows, n, replace=False)]
    drawn += [(False, int(row)) for row in random.choice(synthetic_rows, n, replace=False)]
    order = random.permutation(2 * n)
    return BlindedTest(
        seed=seed,
        rows=tuple(drawn[i][1] for i in order),
        real=tuple(drawn[i][0] for i in order),
        began=at,
    )


def result_of(test: BlindedTest) -> BlindedResult | None:
    """Return the result of a finished test, None while answers are missing.

    Looking early would let a reviewer stop when it suits, so nothing is said before the end.
    """
    if not test.finished:
        return None
    pairs = list(zip(test.real, test.answers, strict=True))
    right = sum(real == answer for real, answer in pairs)
    return BlindedResult(
        right=right,
        n=len(pairs),
        real_right=sum(real and answer for real, answer in pairs),
        real=sum(test.real),
        synthetic_right=sum(not real and not answer for real, answer in pairs),
        synthetic=len(pairs) - sum(test.real),
        interval=exact_interval(right, len(pairs)),
        p_value=chance_of_half(right, len(pairs)),
    )
