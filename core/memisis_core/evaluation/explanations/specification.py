"""Validation of tables drawn from a description: does the table fit its specification."""

from __future__ import annotations

from memisis_core.evaluation.catalogue import MetricExplanation
from memisis_core.evaluation.metric import Direction

_SOURCE = "the specification"


def _fit(
    name: str,
    title: str,
    what: str,
    *,
    ideal: float = 1.0,
    direction: Direction = "higher",
    source: str = _SOURCE,
    caveat: str | None = None,
) -> MetricExplanation:
    return MetricExplanation(
        id=f"validation.{name}",
        name=title,
        what=what,
        ideal=ideal,
        direction=direction,
        source=source,
        caveat=caveat,
    )


SPECIFIED: tuple[MetricExplanation, ...] = (
    _fit(
        "specified_values",
        "values as specified",
        "Share of values that are in the range or among the codes that the specification allows.",
    ),
    _fit(
        "specified_rules",
        "rules as specified",
        "Share of rows that keep every rule of the specification.",
    ),
    _fit(
        "specified_distributions",
        "distance from specified distributions",
        "Greatest distance between the distribution of a variable and the one that its "
        "specification means: Kolmogorov-Smirnov, or total variation for unordered codes.",
        ideal=0.0,
        direction="lower",
        source="Massart 1990, Ann. Probab. 18:1269; Weissman et al. 2003, HP Labs HPL-2003-97 "
        "(bounds)",
        caveat="what nobody stated is compared with a default",
    ),
    _fit(
        "specified_relations",
        "distance from specified relations",
        "Greatest difference from a stated rank correlation, or from a stated group mean in "
        "standard deviations of the variable.",
        ideal=0.0,
        direction="lower",
    ),
    _fit(
        "specified_statements",
        "statements not contradicted",
        "Share of the specification's statements that the table does not contradict, tested "
        "together at 0.001 (Bonferroni).",
    ),
    _fit(
        "specified_spread",
        "spread of values",
        "Entropy of a column over the entropy that its specification means; far below 1 the same "
        "patient comes again and again.",
        ideal=1.0,
        direction="target",
        source="Shannon 1948, Bell Syst. Tech. J. 27:379",
    ),
    _fit(
        "distinct_rows",
        "distinct rows",
        "Share of rows that no earlier row equals in every column.",
        caveat="in coarse tables two different patients can be equal",
    ),
)
