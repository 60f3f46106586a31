"""Validation: does every synthetic row keep the rules of the table."""

from __future__ import annotations

from memisis_core.evaluation.catalogue import MetricExplanation
from memisis_core.evaluation.explanations.specification import SPECIFIED

_SCHEMA = "the schema of the table"


def _share(
    name: str, title: str, what: str, source: str = _SCHEMA, caveat: str | None = None
) -> MetricExplanation:
    return MetricExplanation(
        id=f"validation.{name}",
        name=title,
        what=what,
        ideal=1.0,
        direction="higher",
        caveat=caveat,
        source=source,
    )


EXPLANATIONS: tuple[MetricExplanation, ...] = (
    _share("columns", "columns", "Share of the table's columns that the synthetic table has."),
    _share(
        "kinds",
        "kinds",
        "Share of values that are what their column holds: finite or whole numbers, dates, words.",
    ),
    _share(
        "categories",
        "categories",
        "Share of values of discrete columns that occur in the real data.",
        "sdmetrics CategoryAdherence",
    ),
    _share(
        "ranges",
        "ranges",
        "Share of numbers that lie between the smallest and the largest real value.",
        "sdmetrics BoundaryAdherence",
        "a value outside may still be possible; the real extremes are those of this sample",
    ),
    _share("rounding", "rounding", "Share of numbers with no more decimals than real values have."),
    _share(
        "keys_unique",
        "keys unique",
        "Share of rows whose identifier is there and no other row has.",
        "sdmetrics KeyUniqueness",
    ),
    _share(
        "dates",
        "dates",
        "Share of dates between the first and the last real date, without a time of day where "
        "real dates have none.",
        "sdmetrics BoundaryAdherence",
    ),
    _share(
        "missingness",
        "missing where allowed",
        "Share of values that are there, in columns whose real values all are.",
    ),
    _share(
        "constraints",
        "constraints",
        "Share of rows that keep the declared constraints; a row with a missing value among the "
        "columns of a constraint is not held against it.",
        "sdv.cag",
    ),
    MetricExplanation(
        id="validation.duplicate_rows",
        name="duplicate rows",
        what="Share of synthetic rows that equal an earlier synthetic row in every column.",
        ideal=0.0,
        direction="lower",
        caveat="in coarse tables people equal each other too: compare with the real baseline",
        source=_SCHEMA,
    ),
    *SPECIFIED,
)
