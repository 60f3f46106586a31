"""What is wrong with a specification, on one line each. Imports no data library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from memisis_core.errors import InputError
from memisis_core.text import visible


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong or doubtful.

    Attributes
    ----------
    where : str
        The variable, pair or rule.
    what : str
        What is wrong, without a full stop.
    fix : str
        What the person can do.
    refuses : bool
        Whether nothing can be drawn until it is put right; else it is a warning.
    path : tuple of str and int
        Where it stands in the specification: ``("variables", 2)``; empty if it is about the whole.
    """

    where: str
    what: str
    fix: str = ""
    refuses: bool = True
    path: tuple[str | int, ...] = ()

    def line(self) -> str:
        """Return the problem on one line."""
        return self.as_error().line()

    def as_error(self) -> InputError:
        """Return the problem as the exception that refuses the specification."""
        return InputError(self.what, where=self.where, fix=self.fix or None)


Problems = Iterator[Problem]


def shown(name: object) -> str:
    """Return a name as messages quote it: short, on one line, control characters visible."""
    return visible(str(name), limit=40)


def located(path: tuple[str | int, ...], problems: Iterable[Problem]) -> Problems:
    """Return problems that say where in the specification they stand."""
    return (replace(problem, path=path) for problem in problems)
