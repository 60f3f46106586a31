"""What is used where nobody said anything, each value with its reason.

Changing a value here changes what every unstated plan does; the reason is part of the value and is
what the plan card and ``memisis plan`` show.
"""

from __future__ import annotations

from typing import Final

SYNTHESIZERS: Final = ("ctgan", "gaussian_copula", "tvae")
"""All three: which one suits a table is not known beforehand (Memisis, arXiv 2605.17758), and
comparing them is what the tool is for."""

EPOCHS: Final = 300
"""SDV's own default for CTGAN and TVAE (Xu et al. 2019, arXiv 1907.00503); the copula has none."""

BATCH_SIZE: Final = 500
"""SDV's default; a multiple of CTGAN's pac of 10. Reduced for small tables."""

HOLDOUT_FRACTION: Final = 0.3
"""Enough real patients kept away from training for intervals on utility, fairness and privacy, at a
modest loss of training data; the same share as scikit-learn's examples of evaluation use."""

SEED: Final = 0
"""Any fixed number: the same plan then gives the same tables."""

PRIORITY: Final = None
"""No axis is preferred: every axis is measured anyway."""
