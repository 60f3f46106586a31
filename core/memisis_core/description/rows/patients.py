"""Patients drawn from the specification: the prompt's examples and the yardstick of variety."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from memisis_core.description.drawing import draw
from memisis_core.description.joint import Joint
from memisis_core.description.rows.cells import Cell, Row

REFERENCE_ROWS = 1_000
_MORE_ROWS = 2_000


@dataclass(frozen=True)
class Patients:
    """Draws patients.

    Attributes
    ----------
    joint : Joint
    seed : int
    """

    joint: Joint
    seed: int = 0

    def reference(self, count: int = REFERENCE_ROWS) -> list[Row]:
        """Return patients, the same ones for the same seed."""
        return self._drawn(count, self.seed)

    def cells(self) -> Callable[[str], Cell]:
        """Return what draws single values of a variable, one after the other."""

        def endless() -> Iterator[Row]:
            seed = self.seed
            while True:
                seed += 1
                yield from self._drawn(_MORE_ROWS, seed)

        patients = endless()
        return lambda name: next(patients)[name]

    def _drawn(self, count: int, seed: int) -> list[Row]:
        specification = self.joint.specification
        codes = {
            v.name: {str(code): code for code in v.codes}
            for v in specification.variables
            if v.is_coded
        }
        rows = draw(self.joint, count, seed).frame.to_dicts()
        return [
            {
                name: codes[name][str(cell)] if name in codes and cell is not None else cell
                for name, cell in row.items()
            }
            for row in rows
        ]
