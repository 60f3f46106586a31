"""Checks the names of columns: each has one, no two the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from memisis_core.data.table import DataWarning
from memisis_core.errors import InputError
from memisis_core.text import visible

_NAME_LIMIT = 60


def column_names(header: Sequence[str | None], where: str) -> tuple[list[str], list[DataWarning]]:
    """Return the names of the columns and what had to be made up.

    Parameters
    ----------
    header : sequence of str or None
        The fields of the first line.
    where : str
        File and line, for messages.

    Returns
    -------
    names : list of str
        As in the file, without surrounding blanks; an empty one becomes ``column_N``.
    warnings : list of DataWarning

    Raises
    ------
    InputError
        If two columns have the same name, or if every name is a number (a table without header).
    """
    names = [(name or "").strip() for name in header]
    if len(names) > 1 and all(_is_number(name) for name in names):
        raise InputError(
            f"the first line holds numbers ({', '.join(names[:3])}, …), not column names",
            where=where,
            fix="Add a line with the names of the columns",
        )
    warnings = []
    taken = set(names)
    for position, name in enumerate(names, start=1):
        if not name:
            made_up = f"column_{position}"
            while made_up in taken:
                made_up += "_"
            taken.add(made_up)
            names[position - 1] = made_up
            message = f"column {position} has no name in the file and is called {made_up!r} here"
            warnings.append(DataWarning("unnamed-column", message, made_up))
    _refuse_duplicates(names, where)
    return names, warnings


def _refuse_duplicates(names: list[str], where: str) -> None:
    repeated = [name for name, count in Counter(names).items() if count > 1]
    if not repeated:
        return
    positions = [str(i) for i, name in enumerate(names, start=1) if name == repeated[0]]
    others = f"; {len(repeated) - 1} more names occur twice" if len(repeated) > 1 else ""
    raise InputError(
        f"{len(positions)} columns are called {visible(repeated[0], _NAME_LIMIT)!r} "
        f"(columns {' and '.join(positions)}){others}",
        where=where,
        fix="Give each column a name of its own",
    )


def _is_number(name: str) -> bool:
    try:
        float(name.replace(",", "."))
    except ValueError:
        return False
    return True
