"""A similarity of two tables with the influence of every row, from which its error follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from memisis_core.evaluation.intervals import Estimate, two_sample_error


@dataclass(frozen=True)
class Similarity:
    """A value that compares a synthetic with a real sample.

    Attributes
    ----------
    value : float
    synthetic, real : ndarray of float, shapes (n_synthetic,) and (n_real,)
        Influence of each row on the value (delta method; Hampel 1974, J. Am. Stat. Assoc.
        69:383); 0 for rows that play no part, such as missing ones.
    n : int
        Synthetic rows that the value rests on.

    Notes
    -----
    Measures such as 1 - KS are not smooth where both samples come from one distribution; there
    the interval is approximate, and the baseline beside the value says what sampling alone does.
    """

    value: float
    synthetic: NDArray[np.float64]
    real: NDArray[np.float64]
    n: int

    @property
    def estimate(self) -> Estimate:
        """The value with its standard error."""
        return Estimate(self.value, two_sample_error(self.synthetic, self.real))


def spread(influence: NDArray[np.float64], known: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return influences of the known values as influences of all rows (missing ones: 0).

    Parameters
    ----------
    influence : ndarray of float, shape (number known,)
    known : ndarray of bool, shape (n,)
    """
    whole = np.zeros(len(known))
    whole[known] = influence * (len(known) / max(int(known.sum()), 1))
    return whole


def frequency_similarity(
    synthetic: NDArray[np.integer[Any]], real: NDArray[np.integer[Any]], cells: int
) -> Similarity:
    """Return 1 - total variation distance of two samples of cell numbers.

    Parameters
    ----------
    synthetic, real : ndarray of int, shapes (n,) and (m,)
        Cell of each row, 0 … `cells` - 1; at least one row each.
    """
    shares = np.bincount(synthetic, minlength=cells) / len(synthetic)
    real_shares = np.bincount(real, minlength=cells) / len(real)
    signs = np.sign(shares - real_shares)
    distance = 0.5 * float(np.abs(shares - real_shares).sum())
    return Similarity(
        1.0 - distance,
        -0.5 * (signs[synthetic] - float(signs @ shares)),
        0.5 * (signs[real] - float(signs @ real_shares)),
        len(synthetic),
    )
