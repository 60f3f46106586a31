"""What a measure is, stated once: its metrics are made from it, and the glossary reads it."""

from __future__ import annotations

from dataclasses import dataclass

from memisis_core.evaluation.intervals import Estimate, Interval
from memisis_core.evaluation.metric import Axis, Direction, Metric, Status


@dataclass(frozen=True)
class Definition:
    """One measure.

    Attributes
    ----------
    id : str
        Stable, ``axis.measure``.
    name : str
        For people, in a few words.
    summary : str
        What the value says, in one sentence.
    ideal : float or None
    direction : {"higher", "lower", "target"}
    source : str
        Where it is defined.
    caveat : str or None
        One line that stands beside every value.
    headline : bool
        Whether its overall value belongs in the overview.
    low, high : float
        Bounds of its values.
    """

    id: str
    name: str
    summary: str
    ideal: float | None
    direction: Direction = "higher"
    source: str = ""
    caveat: str | None = None
    headline: bool = False
    low: float = 0.0
    high: float = 1.0

    @property
    def axis(self) -> Axis:
        """The axis that it belongs to."""
        return Axis(self.id.split(".", maxsplit=1)[0])

    def metric(
        self,
        value: float,
        *,
        ci: Interval | None = None,
        baseline: float | None = None,
        baseline_ci: Interval | None = None,
        subject: str = "overall",
        n: int | None = None,
        ideal: float | None = None,
        caveat: str | None = None,
    ) -> Metric:
        """Return a measured value; `ideal` and `caveat` override those of the definition."""
        return Metric(
            id=self.id,
            axis=self.axis,
            name=self.name,
            value=float(value),
            ci=None if ci is None else (float(ci[0]), float(ci[1])),
            ideal=self.ideal if ideal is None else ideal,
            direction=self.direction,
            real_baseline=None if baseline is None else float(baseline),
            real_ci=None if baseline_ci is None else (float(baseline_ci[0]), float(baseline_ci[1])),
            subject=subject,
            n=None if n is None else int(n),
            caveat=caveat or self.caveat,
            headline=self.headline and subject == "overall",
        )

    def estimate(
        self,
        estimate: Estimate,
        *,
        baseline: float | None = None,
        subject: str = "overall",
        n: int | None = None,
        caveat: str | None = None,
    ) -> Metric:
        """Return an estimate with its normal interval, cut at the bounds of the measure."""
        interval = estimate.interval(self.low, self.high) if estimate.error > 0 else None
        return self.metric(
            estimate.value, ci=interval, baseline=baseline, subject=subject, n=n, caveat=caveat
        )

    def not_applicable(self, why: str, subject: str = "overall") -> Metric:
        """Return a metric that says why the measure makes no sense here."""
        return self._without_value(Status.NOT_APPLICABLE, why, subject, None)

    def insufficient_data(self, why: str, subject: str = "overall", n: int | None = None) -> Metric:
        """Return a metric that says what there is too little of."""
        return self._without_value(Status.INSUFFICIENT_DATA, why, subject, n)

    def _without_value(self, status: Status, why: str, subject: str, n: int | None) -> Metric:
        return Metric(
            id=self.id,
            axis=self.axis,
            name=self.name,
            ideal=self.ideal,
            direction=self.direction,
            subject=subject,
            n=n,
            status=status,
            why=why,
            caveat=self.caveat,
            headline=self.headline and subject == "overall",
        )
