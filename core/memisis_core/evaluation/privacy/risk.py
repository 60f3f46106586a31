"""Risk of an attack beyond what the population gives away: attack against control."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from memisis_core.evaluation.definition import Definition
from memisis_core.evaluation.intervals import Estimate, mean_of, quantile_of_normal, wilson
from memisis_core.evaluation.metric import Metric


@dataclass(frozen=True)
class Rates:
    """How often an attack succeeded.

    Attributes
    ----------
    attack : Estimate
        On members, who were in the training data.
    control : Estimate
        On non-members, by the same attack: what can be learnt without anyone's record.
    n : int
        Attacks on members; as many on non-members.
    """

    attack: Estimate
    control: Estimate
    n: int

    @classmethod
    def of_counts(cls, attack: int, control: int, n: int, n_control: int | None = None) -> Rates:
        """Return rates with errors from Wilson's intervals."""
        return cls(rate(attack, n), rate(control, n if n_control is None else n_control), n)

    @property
    def risk(self) -> Estimate | None:
        """(attack - control) / (1 - control), None if the control always succeeds.

        Below 0 the attack did worse than the control, by chance.

        References
        ----------
        Giomi et al. 2023, 10.56553/popets-2023-0055, eq. 4, with error propagation as in
        Anonymeter.
        """
        rest = 1.0 - self.control.value
        if rest <= 0.0:
            return None
        by_attack = self.attack.error / rest
        by_control = self.control.error * (1.0 - self.attack.value) / rest**2
        value = (self.attack.value - self.control.value) / rest
        return Estimate(value, float(np.hypot(by_attack, by_control)))


def risk_metric(
    definition: Definition,
    rates: Rates,
    *,
    baseline: float | None,
    subject: str = "overall",
    caveat: str | None = None,
) -> Metric:
    """Return a risk, cut at 0, with its interval.

    An attack that by chance does worse than its control bounds the risk no more tightly than one
    that does as well: the upper bound is then that of a risk of 0, so that no interval shrinks to
    the point 0.
    """
    risk = rates.risk
    if risk is None:
        why = "the attack succeeds on every held-out record too, so nothing is left to learn"
        return definition.insufficient_data(why, subject, n=rates.n)
    return definition.metric(
        max(risk.value, 0.0),
        ci=Estimate(max(risk.value, 0.0), risk.error).interval(0.0, 1.0),
        baseline=baseline,
        subject=subject,
        n=rates.n,
        caveat=caveat,
    )


def baseline_value(rates: Rates | None) -> float | None:
    """Return the risk for a baseline, cut at 0."""
    risk = None if rates is None else rates.risk
    return None if risk is None else max(risk.value, 0.0)


def rate(successes: float, n: int) -> Estimate:
    """Return a share of independent attacks with the error that Wilson's interval implies."""
    low, high = wilson(successes, n)
    return Estimate(successes / n, (high - low) / 2 / quantile_of_normal())


def mean_rate(successes: NDArray[np.floating]) -> Estimate:
    """Return the mean of people's success rates, shape (n,), each 0 to 1.

    Where all people are alike the error is that of as many yes-or-no answers, not 0.
    """
    found = mean_of(successes)
    return found if found.error > 0 else rate(found.value * len(successes), len(successes))
