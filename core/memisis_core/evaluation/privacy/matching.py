"""Which rows equal, exactly or nearly, a row of another table."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from memisis_core.data.schema import ColumnKind
from memisis_core.evaluation.compiled import compiled
from memisis_core.evaluation.encoding import EncodedTable, Encoding, rounded

Floats = NDArray[np.float64]


def exact_values(table: EncodedTable, encoding: Encoding) -> Floats:
    """Return each row as numbers that are equal if and only if its values are, shape (n, d).

    Numbers are rounded to the decimals of their column, so that 0.1 + 0.2 is 0.3.
    """
    columns = []
    for i, known in enumerate(encoding.columns):
        if known.discrete:
            columns.append(table.codes[:, i].astype(np.float64))
            continue
        decimals = known.column.decimals
        columns.append(rounded(table.numbers[:, i], 12 if decimals is None else decimals))
    rows = np.column_stack(columns)
    rows[np.isnan(rows)] = np.nan  # one bit pattern for all missing values
    return np.ascontiguousarray(rows)


def occurring_in(rows: Floats, others: Floats) -> NDArray[np.bool_]:
    """Tell which rows occur among the others, bit for bit, shape (n,).

    Parameters
    ----------
    rows, others : ndarray of float, shapes (n, d) and (m, d), C-contiguous
    """
    as_bytes = np.dtype((np.void, rows.dtype.itemsize * rows.shape[1]))
    known = {row.tobytes() for row in others.view(as_bytes).ravel()}
    return np.array([row.tobytes() in known for row in rows.view(as_bytes).ravel()], dtype=bool)


def near_matches(
    table: EncodedTable, others: EncodedTable, encoding: Encoding, tolerance: float
) -> NDArray[np.bool_]:
    """Tell which rows have a match: same discrete values, same gaps, numbers within `tolerance`.

    Parameters
    ----------
    tolerance : float
        Relative to the row's own value (0.01: 1 %), as in sdmetrics' NewRowSynthesis; dates must
        fall on the same day.

    Returns
    -------
    ndarray of bool, shape (n,)
    """
    if not len(others):
        return np.zeros(len(table), dtype=bool)
    first_group, second_group = _groups(table, others, encoding)
    columns = encoding.continuous
    if not columns:
        return np.isin(first_group, second_group)
    values, other_values = table.numbers[:, columns], others.numbers[:, columns]
    dates = [encoding.columns[i].column.kind is ColumnKind.DATE for i in columns]
    values = np.where(dates, np.floor(values), values)
    other_values = np.where(dates, np.floor(other_values), other_values)
    allowed = np.where(dates, 0.25, np.abs(values) * tolerance)
    # The column with the most distinct values narrows the search best.
    spread = [len(np.unique(other_values[:, c])) for c in range(len(columns))]
    lead = int(np.argmax(spread))
    order = np.lexsort((other_values[:, lead], second_group))
    starts = np.searchsorted(second_group[order], np.arange(int(first_group.max(initial=0)) + 2))
    found = _matches(
        first_group,
        np.nan_to_num(values),
        np.nan_to_num(allowed),
        np.ascontiguousarray(np.nan_to_num(other_values[order])),
        starts,
        lead,
    )
    return np.asarray(found, dtype=bool)


def _groups(
    table: EncodedTable, others: EncodedTable, encoding: Encoding
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return, for each row, the number of its combination of discrete values and of gaps."""
    discrete = [i for i, known in enumerate(encoding.columns) if known.discrete]
    keys = [
        np.concatenate(
            [one.codes[:, discrete], np.isnan(one.numbers[:, encoding.continuous])], axis=1
        )
        for one in (table, others)
    ]
    together = np.ascontiguousarray(np.concatenate(keys).astype(np.int32))
    if not together.shape[1]:
        return np.zeros(len(table), np.intp), np.zeros(len(others), np.intp)
    as_bytes = np.dtype((np.void, together.dtype.itemsize * together.shape[1]))
    groups = np.unique(together.view(as_bytes).ravel(), return_inverse=True)[1]
    return groups[: len(table)], groups[len(table) :]


@compiled
def _matches(  # noqa: PLR0917 - compiled functions take their arrays by position
    groups: Any, values: Any, allowed: Any, others: Any, starts: Any, lead: Any
) -> Any:
    found = np.zeros(len(groups), np.bool_)
    for i in range(len(groups)):
        first, last = starts[groups[i]], starts[groups[i] + 1]
        least = values[i, lead] - allowed[i, lead]
        most = values[i, lead] + allowed[i, lead]
        low, high = first, last
        while low < high:  # the first candidate that is not too small in the leading column
            middle = (low + high) // 2
            if others[middle, lead] < least:
                low = middle + 1
            else:
                high = middle
        for j in range(low, last):
            if others[j, lead] > most:
                break
            same = True
            for c in range(values.shape[1]):
                if abs(others[j, c] - values[i, c]) > allowed[i, c]:
                    same = False
                    break
            if same:
                found[i] = True
                break
    return found
