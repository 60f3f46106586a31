"""Whether a table is one drawn from a specification: a test of every statement in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from memisis_core.description.joint import Joint
from memisis_core.description.marginals import Marginal
from memisis_core.description.table_values import TableValues

Floats = NDArray[np.float64]
_FEWEST_EXPECTED = 5.0
_BINS = 20


@dataclass(frozen=True)
class Statement:
    """One statement of a specification held against a table.

    Attributes
    ----------
    subject : str
        The variable, pair, or group.
    kind : {"distribution", "missing", "correlation", "group mean"}
    wanted, got : float
        For a distribution both are means of the scores.
    error : float
        Standard error of `got` under the specification.
    p : float
        Two-sided p-value of "the table is drawn from the specification".
    n : int
        Values that it rests on.
    """

    subject: str
    kind: str
    wanted: float
    got: float
    error: float
    p: float
    n: int


def statements_of(joint: Joint, values: TableValues) -> list[Statement]:
    """Hold every marginal, missing share, correlation and group mean against a table."""
    found: list[Statement] = []
    for name, marginal in joint.marginals.items():
        if name in values.columns:
            found.append(_distribution(name, marginal, values.present(name)))
            if marginal.variable.missing is not None:
                found.append(_missing(name, marginal, values))
    found.extend(
        _correlation(joint, values, relation.between, joint.wanted(relation))
        for relation in joint.specification.relations
        if all(name in values.columns for name in relation.between)
    )
    for group in joint.specification.groups:
        if group.variable in values.columns and group.by in values.columns:
            found.extend(_group_means(joint, values, group.variable, group.by))
    return found


def disagreeing(statements: list[Statement], level: float = 0.001) -> list[Statement]:
    """Return the statements that the table contradicts.

    `level` is the probability that a table drawn from the specification contradicts any of them
    (Bonferroni).
    """
    return [s for s in statements if s.p < level / max(len(statements), 1)]


def binned(marginal: Marginal, values: Floats, bins: int = _BINS) -> tuple[Floats, Floats]:
    """Return specified shares and counted values of some `bins` neighbouring values.

    A nominal variable keeps all its codes; values between the written ones count for the nearest
    above.
    """
    middles = marginal.cumulative - marginal.shares / 2
    place = np.arange(len(middles))
    if len(middles) > bins and marginal.variable.is_ordered:
        place = np.minimum((middles * bins).astype(int), bins - 1)
        place = np.unique(place, return_inverse=True)[1]
    edges = marginal.values + marginal.cell / 2
    at = np.minimum(np.searchsorted(edges, values - 1e-9), len(place) - 1)
    shares = np.bincount(place, weights=marginal.shares)
    counts = np.bincount(place[at], minlength=len(shares))
    return np.asarray(shares, dtype=np.float64), np.asarray(counts, dtype=np.float64)


def _distribution(name: str, marginal: Marginal, values: Floats) -> Statement:
    """Pearson's chi-squared test over some twenty bins, rare ones put together."""
    from scipy.stats import chi2

    shares, counts = binned(marginal, values)
    n = len(values)
    common = shares * n >= _FEWEST_EXPECTED
    expected = np.append(shares[common], shares[~common].sum()) * n
    observed = np.append(counts[common], counts[~common].sum())
    used = expected >= _FEWEST_EXPECTED
    degrees = max(int(used.sum()) - 1, 1)
    statistic = float((((observed - expected) ** 2)[used] / expected[used]).sum())
    # What must not occur at all, and does, is no matter of chance.
    impossible = observed[~used].sum() > 10 * max(expected[~used].sum(), 1.0)
    p = 0.0 if impossible else float(chi2.sf(statistic, degrees))
    mean = float(scores_at(marginal, values).mean()) if n else np.nan
    error = marginal.sd / np.sqrt(max(n, 1))
    return Statement(name, "distribution", marginal.mean, mean, error, p, n)


def _missing(name: str, marginal: Marginal, values: TableValues) -> Statement:
    from scipy.stats import binomtest

    share = marginal.variable.missing.value if marginal.variable.missing else 0.0
    gone = int((np.isnan(values.columns[name]) & ~values.invalid[name]).sum())
    p = float(binomtest(gone, values.rows, share).pvalue)
    error = float(np.sqrt(share * (1 - share) / values.rows))
    return Statement(name, "missing", share, gone / values.rows, error, p, values.rows)


def _correlation(
    joint: Joint, values: TableValues, pair: tuple[str, str], wanted: float
) -> Statement:
    """Test the mean product of the ranks that the specification gives the values.

    Those ranks are known, so that the products are independent and their error is that of a mean;
    the correlation that is shown is Spearman's of the table.
    """
    from memisis_core.evaluation.intervals import midranks

    both = [values.columns[name] for name in pair]
    there = ~np.isnan(both[0]) & ~np.isnan(both[1])
    n = int(there.sum())
    if n < 10:
        return Statement(f"{pair[0]} × {pair[1]}", "correlation", wanted, np.nan, np.inf, 1.0, n)
    known = [
        _standard_ranks(joint.marginals[name], v[there]) for name, v in zip(pair, both, strict=True)
    ]
    products = known[0] * known[1]
    error = float(products.std(ddof=1) / np.sqrt(n))
    ranks = [midranks(v[there]) for v in both]
    flat = min(float(np.ptp(r)) for r in ranks) == 0
    got = 0.0 if flat else float(np.corrcoef(ranks[0], ranks[1])[0, 1])
    p = _two_sided((float(products.mean()) - wanted) / max(error, 1e-12))
    return Statement(f"{pair[0]} × {pair[1]}", "correlation", wanted, got, error, p, n)


def _standard_ranks(marginal: Marginal, values: Floats) -> Floats:
    """Return mid-ranks under the specified distribution, with mean 0 and variance 1."""
    ranks = marginal.cumulative - marginal.shares / 2
    sd = np.sqrt(max(float(marginal.shares @ ranks**2) - 0.25, 1e-12))
    if marginal.cell:
        edges = np.append(
            marginal.values[0] - marginal.cell / 2, marginal.values + marginal.cell / 2
        )
        at = np.interp(values, edges, np.append(0.0, marginal.cumulative))
        return np.asarray((at - 0.5) * np.sqrt(12))
    place = np.minimum(np.searchsorted(marginal.values, values - 1e-9), len(ranks) - 1)
    return np.asarray((ranks[place] - 0.5) / sd)


def _group_means(joint: Joint, values: TableValues, name: str, by: str) -> list[Statement]:
    marginal = joint.marginals[name]
    codes = joint.marginals[by].variable.codes
    means = joint.wanted_means(name, by)
    there = ~np.isnan(values.columns[name]) & ~np.isnan(values.columns[by])
    found = []
    for place, code in enumerate(codes):
        own = there & (values.columns[by] == place)
        scores = scores_at(marginal, values.columns[name][own])
        n = len(scores)
        if n < 10:
            continue
        error = max(float(scores.std(ddof=1)), 1e-3 * marginal.sd) / np.sqrt(n)
        wanted, got = means[str(code)], float(scores.mean())
        p = _two_sided((got - wanted) / error)
        found.append(Statement(f"{name}, {by}={code}", "group mean", wanted, got, error, p, n))
    return found


def scores_at(marginal: Marginal, values: Floats) -> Floats:
    """Return what stands for values in a mean: the values, or the numbers of ordered codes."""
    if marginal.variable.is_coded:
        return np.asarray(marginal.scores[values.astype(np.int64)])
    return values


def _two_sided(z: float) -> float:
    from scipy.special import ndtr

    return float(2 * ndtr(-abs(z)))
