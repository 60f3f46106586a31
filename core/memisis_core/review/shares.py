"""Exact inference on a share: Clopper and Pearson's interval, and the binomial test against 1/2."""

from __future__ import annotations


def exact_interval(hits: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the interval of Clopper and Pearson.

    Parameters
    ----------
    hits : int
        0 … `n`.
    n : int
        At least 1.
    confidence : float
        Least coverage.

    References
    ----------
    Clopper & Pearson 1934, Biometrika 26:404.
    """
    from scipy.special import betaincinv  # scipy.stats would take a second to import

    tail = (1 - confidence) / 2
    low = 0.0 if hits == 0 else float(betaincinv(hits, n - hits + 1, tail))
    high = 1.0 if hits == n else float(betaincinv(hits + 1, n - hits, 1 - tail))
    return (low, high)


def chance_of_half(hits: int, n: int) -> float:
    """Return the two-sided p-value of the exact binomial test of a share against 1/2.

    Parameters
    ----------
    hits : int
        0 … `n`.
    n : int
        At least 1.
    """
    from scipy.special import bdtr

    return min(1.0, 2 * float(bdtr(min(hits, n - hits), n, 0.5)))
