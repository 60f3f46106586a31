"""Validation: does every synthetic row keep the rules of the table."""

from __future__ import annotations

from memisis_core.evaluation.catalogue import MetricExplanation

_RULES = "the schema of the table and the rules of the plan"


def _share(name: str, title: str, what: str, caveat: str | None = None) -> MetricExplanation:
    return MetricExplanation(
        id=f"validation.{name}",
        name=title,
        what=what,
        ideal=1.0,
        direction="higher",
        caveat=caveat,
        source=_RULES,
    )


EXPLANATIONS: tuple[MetricExplanation, ...] = (
    _share("columns", "columns", "Share of the table's columns that the synthetic table has."),
    _share("kinds", "kinds", "Share of values that are what their column holds."),
    _share(
        "categories",
        "categories",
        "Share of values of discrete columns that occur in the real data.",
    ),
    _share(
        "ranges",
        "ranges",
        "Share of numbers that lie between the smallest and the largest real value.",
        "a value outside may still be possible; the real extremes are those of this sample",
    ),
    _share("rounding", "rounding", "Share of numbers with no more decimals than real values have."),
    _share("keys_unique", "keys unique", "Share of rows whose identifier no other row has."),
    _share("dates", "dates", "Share of dates that lie between the first and the last real date."),
    _share(
        "missingness",
        "missing where allowed",
        "Share of columns that have missing values only if the real column has some.",
    ),
    _share("constraints", "constraints", "Share of rows that keep the declared constraints."),
    MetricExplanation(
        id="validation.duplicate_rows",
        name="duplicate rows",
        what="Share of synthetic rows that equal an earlier synthetic row in every column.",
        ideal=0.0,
        direction="lower",
        caveat="in coarse tables people equal each other too: compare with the real baseline",
        source=_RULES,
    ),
)
