"""The methods of the study: each makes tables of one schema from a seed and training rows."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from memisis_core.agent.gpt4all_values import GPT4AllValueWriter
from memisis_core.data.dataset import Dataset, open_dataset
from memisis_core.data.frames import as_pandas, typed_table
from memisis_core.data.samples import sample_table
from memisis_core.data.schema import Schema
from memisis_core.description.conformity import disagreeing, statements_of
from memisis_core.description.drawing import draw
from memisis_core.description.joint import Joint, joint_of
from memisis_core.description.ready_made import example
from memisis_core.description.rows.settings import RowSettings
from memisis_core.description.rows.writers import row_model
from memisis_core.description.rows.writing import (
    WrittenRows,
    ablate,
    frame_of,
    journal_path,
    write_rows,
)
from memisis_core.description.table_values import table_values
from memisis_core.evaluation.context import EvaluationData
from memisis_core.evaluation.presets.text_to_tabular import Generation
from memisis_core.synthesis.protocol import FitSettings
from memisis_core.synthesis.registry import create

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl


@dataclass(frozen=True)
class StudiedTable:
    """A real table of the study with its specification.

    Attributes
    ----------
    name : str
    data : EvaluationData
        All real rows of the study as `train`.
    joint : Joint
        The ready-made specification, which no row of the table was read for.
    """

    name: str
    data: EvaluationData
    joint: Joint

    @property
    def schema(self) -> Schema:
        """The columns that table and specification share."""
        return self.data.schema

    def typed(self, frame: pl.DataFrame) -> pd.DataFrame:
        """Hold a drawn or written table as the real one is held."""
        return typed_table(frame.select(self.schema.names), self.schema).frame


def studied_table(name: str, most_rows: int, seed: int) -> StudiedTable:
    """Read a sample table and the specification of the same name."""
    dataset: Dataset = open_dataset(sample_table(name))
    joint = joint_of(example(name))
    wanted = [c for c in dataset.schema.synthesised if c.name in joint.specification.names]
    schema = Schema(columns=tuple(wanted))
    real = as_pandas(dataset.table.frame, schema)
    if len(real) > most_rows:
        rows = np.random.default_rng(seed).choice(len(real), most_rows, replace=False)
        real = real.iloc[np.sort(rows)].reset_index(drop=True)
    data = EvaluationData(
        real, real.head(0), real.head(0), schema, target=schema.target,
        protected=tuple(schema.protected),
    )  # fmt: skip
    return StudiedTable(name, data, joint)


def specification_mode(table: StudiedTable) -> Generation:
    """Draw as many rows as the training side has; the training rows are not looked at."""

    def generate(seed: int, train: pd.DataFrame) -> pd.DataFrame:
        return table.typed(draw(table.joint, len(train), seed).frame)

    return generate


def row_mode(table: StudiedTable, written: WrittenRows) -> Generation:
    """Return the patients that the model wrote, the same for every split."""
    made = table.typed(frame_of(written.result.tally, table.joint))
    return lambda _seed, _train: made.copy()


@dataclass
class Trained:
    """A synthesizer that is trained once a split and sampled once a generation."""

    name: str
    table: StudiedTable
    epochs: int
    batch_size: int
    _trained: dict[int, Any] = field(default_factory=dict)

    def __call__(self, seed: int, train: pd.DataFrame) -> pd.DataFrame:
        """Sample as many rows as were learnt from."""
        key = hash(train.head(50).to_csv())
        if key not in self._trained:
            synthesizer = create(self.name)
            synthesizer.fit(
                train, self.table.schema, FitSettings(self.epochs, self.batch_size, seed),
                lambda _progress: None, lambda: False,
            )  # fmt: skip
            self._trained = {key: synthesizer}
        made: pd.DataFrame = self._trained[key].sample(len(train), seed)
        return made


def written_rows(table: StudiedTable, settings: RowSettings) -> WrittenRows:
    """Have the embedded model write patients; what an earlier call wrote is gone on with."""
    return _with_writer(
        lambda writer: write_rows(
            table.joint, writer, settings, listen=_tell(table.name),
            resume=journal_path(settings, table.joint, writer.identity).is_file(),
        )
    )  # fmt: skip


def ablation_of(name: str, wanted: int, seed: int) -> dict[str, WrittenRows]:
    """Write patients with each part of the prompt left out in turn."""
    settings = RowSettings(rows=wanted, seed=seed, fruitless=10, attempts_a_row=3)
    joint = joint_of(example(name))
    return _with_writer(lambda writer: ablate(joint, writer, settings))


def _with_writer(work: Callable[[GPT4AllValueWriter], Any]) -> Any:
    model = row_model(None, None, lambda line: print(line, file=sys.stderr))
    writer = GPT4AllValueWriter(model.path, threads=1)
    try:
        return work(writer)
    finally:
        writer.close()


def _tell(name: str) -> Callable[[Any], None]:
    def tell(progress: Any) -> None:
        if progress.attempts % 10 == 0:
            print(f"{name}: {progress.accepted}/{progress.wanted} rows", file=sys.stderr)

    return tell


def against_specification(table: StudiedTable, written: WrittenRows) -> dict[str, Any]:
    """Return how written rows keep what the specification states.

    Returns
    -------
    dict
        ``statements`` tested and ``contradicted`` ones; of the stated correlations their number,
        and the mean size `wanted` and `got` in the stated direction.
    """
    frame = frame_of(written.result.tally, table.joint)
    statements = statements_of(table.joint, table_values(frame, table.joint.specification))
    pairs = [s for s in statements if s.kind == "correlation" and np.isfinite(s.got)]
    found: dict[str, Any] = {
        "statements": len(statements),
        "contradicted": len(disagreeing(statements)),
        "pairs": len(pairs),
    }
    if pairs:
        found["wanted"] = float(np.mean([abs(s.wanted) for s in pairs]))
        found["got"] = float(np.mean([s.got * np.sign(s.wanted) for s in pairs]))
    return found


def in_figures(written: WrittenRows) -> dict[str, Any]:
    """Return what the document says of written rows."""
    figures = written.to_json()
    cells = len(written.result.tally.rows) * max(1, len(written.entropy))
    figures["drawn_share"] = sum(figures["drawn_values"].values()) / cells if cells else 0.0
    return json.loads(json.dumps(figures))  # type: ignore[no-any-return]
