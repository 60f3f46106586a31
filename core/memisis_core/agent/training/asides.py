"""Details that never fill a slot: an age, a year, a place, a person, what a patient is to have."""

from __future__ import annotations

import random

from memisis_core.agent.training.columns import Column
from memisis_core.agent.training.corpus_files import pick, sections
from memisis_core.agent.training.labels import SYNTHESIZERS


def joined(items: list[str], rng: random.Random) -> str:
    """Join words to a spoken list: commas, and, &, plus, slash."""
    if len(items) == 1:
        return items[0]
    return (
        ", ".join(items[:-1])
        + rng.choice(
            (" and ", " and ", " and ", ", ", " & ", " plus ", " as well as ", "/", " + ", ", and ")
        )
        + items[-1]
    )


class Asides:
    """Says details; the same name means the same detail throughout one request.

    Parameters
    ----------
    columns
        The schema.
    rng
        Source of randomness.
    """

    def __init__(self, columns: list[Column], rng: random.Random) -> None:
        self._columns = columns
        self._rng = rng
        self._said: dict[str, str] = {}

    def say(self, name: str) -> str:
        """Return a detail by the name of its hole.

        Parameters
        ----------
        name
            ``a1`` (an age), ``Y`` (a year), ``vars`` and the like, or a section of the corpus file
            ``asides``.

        Returns
        -------
        str
            Words that state no setting.
        """
        if name not in self._said:
            rng = self._rng
            age = rng.randint(18, 75)
            numbers = {
                "a1": age,
                "a2": age + rng.randint(5, 25),
                "d": rng.randint(2, 9),
                "d2": rng.randint(10, 19),
                "m": rng.randint(10, 95),
                "pct": rng.randint(5, 95),
                "Y": rng.randint(1998, 2019),
                "Y2": rng.randint(2020, 2027),
                "bmi": rng.randint(22, 36),
            }
            if name == "vars":
                self._said["vars"] = self._variables()
            elif name in {"s", "s2"}:
                one, two = rng.sample(SYNTHESIZERS, 2)
                self._said |= {
                    "s": pick(sections("synthesizers")[one], rng),
                    "s2": pick(sections("synthesizers")[two], rng),
                }
            elif name in numbers:
                self._said |= {key: str(value) for key, value in numbers.items()}
                if rng.random() < 0.3:
                    self._said["d"] = rng.choice(("two", "three", "four", "five"))
            else:
                return rng.choice(sections("asides")[name])
        return self._said[name]

    def _variables(self) -> str:
        """List what each invented patient is to have; some of it as in the table that is open."""
        rng = self._rng
        known = [column.name for column in rng.sample(self._columns, min(2, len(self._columns)))]
        names = rng.sample(sections("asides")["var"], rng.choice((2, 3, 3, 4, 4, 5, 6)))
        names = [known.pop() if known and rng.random() < 0.15 else name for name in names]
        return joined(names, rng)
