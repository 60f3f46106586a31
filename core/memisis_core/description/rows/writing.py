"""Row mode from end to end: a specification and a model become patients and what they are worth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from memisis_core import locations
from memisis_core.agent.gpt4all_values import GPT4AllValueWriter
from memisis_core.description.joint import Joint
from memisis_core.description.rows.alikeness import Alikeness, distinct
from memisis_core.description.rows.journal import Journal, Tally
from memisis_core.description.rows.json_rows import JsonRows
from memisis_core.description.rows.patients import Patients
from memisis_core.description.rows.run import RowProgress, RowRun, RowSource, RowsResult
from memisis_core.description.rows.settings import Ablation, RowSettings
from memisis_core.description.rows.skeleton import SkeletonRows
from memisis_core.errors import InputError
from memisis_core.secure_files import private_folder

if TYPE_CHECKING:
    import polars as pl

Listener = Callable[[RowProgress], None]
CONTEXT = {"skeleton": 2048, "json": 4096}


@dataclass(frozen=True)
class WrittenRows:
    """What a run came to.

    Attributes
    ----------
    result : RowsResult
    distinct : int
        Different patients among the accepted ones.
    entropy, expected_entropy : dict of str to float
        By column, in bits: of the accepted rows, and of as many drawn from the specification.
    entropy_share : float or None
        Mean over columns of the one against the other; None without rows.
    """

    result: RowsResult
    distinct: int
    entropy: dict[str, float]
    expected_entropy: dict[str, float]
    entropy_share: float | None

    def to_json(self) -> dict[str, Any]:
        """Return the figures as the command line's JSON shows them."""
        tally = self.result.tally
        return {
            "state": self.result.state,
            "note": self.result.note,
            "accepted": len(tally.rows),
            "attempts": tally.attempts,
            "acceptance": tally.acceptance,
            "rejected": dict(tally.rejected),
            "rejected_at": dict(tally.rejected_at),
            "rejected_values": dict(tally.rejected_values),
            "drawn_values": dict(tally.drawn),
            "computed_values": dict(tally.derived),
            "varied": tally.varied,
            "distinct": self.distinct,
            "entropy": self.entropy,
            "expected_entropy": self.expected_entropy,
            "entropy_share": self.entropy_share,
            "seconds": tally.seconds,
            "seconds_a_row": tally.seconds_a_row,
        }


def journal_path(settings: RowSettings, joint: Joint, model: str) -> Path:
    """Return where the journal of a run lies: the same settings, the same file."""
    mark = settings.fingerprint(joint.specification, model)
    return private_folder(locations.home() / "rows") / f"{mark[:24]}.jsonl"


def write_rows(
    joint: Joint,
    writer: GPT4AllValueWriter,
    settings: RowSettings,
    *,
    resume: bool = False,
    listen: Listener = lambda _progress: None,
    stopping: Callable[[], bool] = lambda: False,
) -> WrittenRows:
    """Have a model write patients.

    Parameters
    ----------
    joint : Joint
        Of the specification; it draws the prompt's examples, and values where that was asked for.
    writer : GPT4AllValueWriter
    settings : RowSettings
    resume : bool
        Go on with the journal of the same settings, if there is one to go on with.
    listen, stopping : callable
        See `RowRun`.

    Raises
    ------
    InputError
        If the settings make no sense, there is nothing to resume, or the prompt does not fit.
    ModelUnavailable
        If the model cannot be loaded. What was accepted before stays in the journal.
    """
    if settings.rows < 1:
        raise InputError("no rows are asked for", fix="Use --rows 1 or more")
    patients = Patients(joint, settings.seed)
    reference = patients.reference()
    specification = joint.specification
    source: RowSource
    if settings.form == "json":
        source = JsonRows(writer, specification)
    else:
        draw = patients.cells() if settings.draw_missing else None
        source = SkeletonRows(writer, specification, settings.tries, draw)
    mark = settings.fingerprint(specification, writer.identity)
    path = journal_path(settings, joint, writer.identity)
    with Journal(path, mark, specification, resume=resume) as journal:
        run = RowRun(
            specification, source, settings, journal, reference, listen=listen, stopping=stopping
        )
        result = run.run()
    return _worth(result, Alikeness(specification, reference))


def ablate(
    joint: Joint,
    writer: GPT4AllValueWriter,
    settings: RowSettings,
    listen: Callable[[str, RowProgress], None] = lambda _name, _progress: None,
) -> dict[str, WrittenRows]:
    """Write rows with all parts of the prompt, then with each part left out (the paper's ablation).

    A run of it that was interrupted is gone on with.
    """
    found = {}
    for name, ablation in Ablation.each_off().items():
        part = replace(settings, ablation=ablation)
        found[name] = write_rows(
            joint,
            writer,
            part,
            resume=journal_path(part, joint, writer.identity).is_file(),
            listen=lambda progress, name=name: listen(name, progress),  # type: ignore[misc]
        )
    return found


def frame_of(rows: Tally, joint: Joint) -> pl.DataFrame:
    """Return accepted rows as a table, columns in the specification's order."""
    import polars as pl

    names = joint.specification.names
    columns = {name: [row[name] for row in rows.rows] for name in names}
    return pl.DataFrame(columns, strict=False)


def _worth(result: RowsResult, alikeness: Alikeness) -> WrittenRows:
    rows = result.tally.rows
    return WrittenRows(
        result,
        distinct(rows),
        alikeness.entropy(rows),
        alikeness.expected_entropy(len(rows)) if rows else {},
        alikeness.share(rows) if rows else None,
    )
