"""What a review works with: a run's synthetic patients, and the real ones it was made from.

Opened in memory and never written: the real table is read anew from where it lies.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from memisis_core.data.reading import read_table
from memisis_core.data.schema import Role
from memisis_core.errors import InputError
from memisis_core.plan.rules import label_of
from memisis_core.review.marks import Mark, is_marked, marks_of, share_with_value, usual
from memisis_core.review.reference import Reference
from memisis_core.review.values import shown
from memisis_core.runs.artefacts import verified_path
from memisis_core.runs.division import divided_table
from memisis_core.synthesis.registry import SPECIFICATION

if TYPE_CHECKING:
    import polars as pl

    from memisis_core.data.schema import Schema
    from memisis_core.review.blinded import BlindedTest
    from memisis_core.runs.record import RunRecord


@dataclass(frozen=True)
class PatientValue:
    """One value of a patient.

    Attributes
    ----------
    column, value, unit : str
        As they are shown, control characters made visible.
    role : Role
    usual : str
        What is usual among training patients; empty in a blinded test.
    """

    column: str
    value: str
    unit: str
    role: Role
    usual: str = ""


@dataclass(frozen=True)
class PatientPage:
    """One patient.

    Attributes
    ----------
    values : tuple of PatientValue
        In the order of the columns.
    row : int
        Position in the synthetic table, -1 in a blinded test.
    marks : tuple of Mark
        Empty in a blinded test.
    """

    values: tuple[PatientValue, ...]
    row: int = -1
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class ReviewMaterial:
    """A run opened for review.

    Attributes
    ----------
    run_id : str
    schema : Schema
        The synthesised columns.
    order : tuple of int
        All synthetic rows in random order (the plan's seed): the first fifty are the sample.
    marked : ndarray of bool, shape (synthetic rows,)
        Which synthetic patients have a mark.
    marked_holdout : float
        Share of real holdout patients with a mark: the yardstick of the marks.
    """

    run_id: str
    schema: Schema
    reference: Reference
    order: tuple[int, ...]
    marked: NDArray[np.bool_]
    marked_holdout: float
    synthetic: pl.DataFrame = field(repr=False)
    train: pl.DataFrame = field(repr=False)
    holdout: pl.DataFrame = field(repr=False)

    def page(self, row: int) -> PatientPage:
        """Return one synthetic patient with its marks."""
        values = []
        for known in self.reference.columns:
            column, value = known.column, self.synthetic[known.column.name][row]
            common = usual(known)
            if not known.continuous and value is not None:
                common = f"{share_with_value(known, label_of(value))} have it"
            values.append(
                PatientValue(
                    column.name, shown(value, column), column.unit or "", column.role, common
                )
            )
        return PatientPage(tuple(values), row, marks_of(self.reference, self.synthetic, row))

    def blinded_page(self, test: BlindedTest, place: int) -> PatientPage:
        """Return one patient of a blinded test, real or synthetic, with nothing that says which."""
        table = self.holdout if test.real[place] else self.synthetic
        row = test.rows[place]
        return PatientPage(
            tuple(
                PatientValue(c.name, shown(table[c.name][row], c), c.unit or "", c.role)
                for c in self.schema.columns
            )
        )


def open_material(run: RunRecord) -> ReviewMaterial:
    """Open a run for review; reads both tables, so call it in a thread.

    Raises
    ------
    InputError
        If the run has no synthetic data, or the real table is gone or was changed.
    WorkFailed
        If the run's file was changed.
    """
    if run.synthesizer == SPECIFICATION.name:
        raise InputError(
            "the run was drawn from a description: there are no real patients to hold its own "
            "against",
            where=f"run {run.label}",
            fix="Review a run that was trained on a table",
        )
    synthetic = _synthetic(run)
    divided = divided_table(run.job)
    schema, split = divided.schema, divided.split
    frame = divided.table.frame.select(schema.names)
    train, holdout = frame[split.train], frame[split.holdout]
    reference = Reference.learn(train, schema)
    order = np.random.default_rng(run.seed).permutation(synthetic.height)
    return ReviewMaterial(
        run_id=run.id,
        schema=schema,
        reference=reference,
        order=tuple(int(row) for row in order),
        marked=is_marked(reference, synthetic),
        marked_holdout=float(is_marked(reference, holdout).mean()),
        synthetic=synthetic,
        train=train,
        holdout=holdout,
    )


def _synthetic(run: RunRecord) -> pl.DataFrame:
    """Read the synthetic table with the types of the real one where the run kept them."""
    import polars as pl

    if "synthetic_parquet" in run.artefacts:
        # By polars itself: pyarrow's reader would bring pandas into the process of the screen.
        return pl.read_parquet(verified_path(run, "synthetic_parquet"))
    return read_table(verified_path(run, "synthetic")).frame
