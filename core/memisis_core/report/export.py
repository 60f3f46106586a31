"""What leaves the machine: synthetic data, plan, report; each a private file, written whole."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from memisis_core.errors import InputError, WorkFailed
from memisis_core.plan.pinned import pinned_plan
from memisis_core.plan.toml_file import plan_to_toml
from memisis_core.report.document import report_on
from memisis_core.report.json_report import to_json
from memisis_core.report.rendering import to_html, to_markdown
from memisis_core.runs.artefacts import verified_path
from memisis_core.runs.record import RunRecord
from memisis_core.secure_files import replacing
from memisis_core.synthesis.registry import SPECIFICATION

DATA_FORMATS = (".csv", ".tsv", ".parquet", ".xlsx")
REPORT_FORMATS = (".html", ".md", ".json")
_EXCEL_ROWS = 1_048_575
"""Rows of an Excel sheet below its header."""


def export_data(run: RunRecord, path: Path) -> Path:
    """Write a run's synthetic data to `path`, in the format that its ending says.

    Parameters
    ----------
    run : RunRecord
    path : Path
        Ends in ``.csv``, ``.tsv``, ``.parquet`` or ``.xlsx``; a file there is replaced.

    Returns
    -------
    Path
        The file, absolute.

    Raises
    ------
    InputError
        If the run has no synthetic data, the ending is another, the table is too long for Excel,
        or the file is the real dataset.
    WorkFailed
        If the run's file was changed or is missing, or `path` cannot be written.
    """
    target = _checked_target(path, DATA_FORMATS, [run])
    parquet = target.suffix.lower() == ".parquet"
    source = verified_path(run, "synthetic_parquet" if parquet else "synthetic")
    with _writing(target) as temporary:
        if target.suffix.lower() in (".csv", ".parquet"):
            shutil.copyfile(source, temporary)
        else:
            _write_converted(verified_path(run, "synthetic_parquet"), temporary, target)
    return target


def export_plan(run: RunRecord, path: Path) -> Path:
    """Write the plan of a run as TOML; running it again gives the same tables.

    Of a run drawn from a description, that is its specification (``memisis describe --spec``).
    """
    target = _checked_target(path, (".toml",), [run])
    if run.synthesizer == SPECIFICATION.name:
        with _writing(target) as temporary:
            shutil.copyfile(verified_path(run, "specification"), temporary)
        return target
    plan = pinned_plan(run.plan, run.job.plan, run.job.schema_, run.job.dataset)
    with _writing(target) as temporary:
        temporary.write_text(plan_to_toml(plan), encoding="utf-8")
    return target


def export_report(runs: Sequence[RunRecord], path: Path) -> Path:
    """Write a report on `runs` as HTML, Markdown or JSON, as the ending of `path` says.

    Raises
    ------
    InputError
        If there is no run, the ending is another, or the file is the real dataset.
    WorkFailed
        If `path` cannot be written.
    """
    target = _checked_target(path, REPORT_FORMATS, runs)
    document = report_on(runs)
    text = {
        ".html": lambda: to_html(document),
        ".md": lambda: to_markdown(document),
        ".json": lambda: to_json(runs),
    }[target.suffix.lower()]()
    with _writing(target) as temporary:
        temporary.write_text(text, encoding="utf-8")
    return target


def _checked_target(path: Path, endings: Sequence[str], runs: Sequence[RunRecord]) -> Path:
    target = path.expanduser().absolute()
    if target.suffix.lower() not in endings:
        raise InputError(
            "the ending of the file name says no format that can be written",
            where=str(path),
            fix=f"End it in {', '.join(endings)}",
        )
    if not target.parent.is_dir():
        raise InputError("there is no such folder", where=str(target.parent), fix="Make it first")
    if target.is_dir():
        raise InputError("this is a folder", where=str(target), fix="Give the name of a file")
    for run in runs:
        dataset = Path(run.job.dataset.path)
        if target.exists() and dataset.exists() and target.samefile(dataset):
            raise InputError(
                "this is the real dataset, which is never overwritten",
                where=str(target),
                fix="Choose another name",
            )
    return target


@contextmanager
def _writing(target: Path) -> Iterator[Path]:
    try:
        with replacing(target) as temporary:
            yield temporary
    except OSError as error:
        raise WorkFailed(
            f"the file cannot be written ({error.strerror})",
            where=str(target),
            fix="Choose another folder",
        ) from error


def _write_converted(source: Path, temporary: Path, target: Path) -> None:
    import polars as pl

    frame = pl.read_parquet(source)
    if target.suffix.lower() == ".tsv":
        frame.write_csv(temporary, separator="\t")
        return
    if frame.height > _EXCEL_ROWS:
        raise InputError(
            f"an Excel sheet holds {_EXCEL_ROWS:,} rows, the data have {frame.height:,}",
            where=str(target),
            fix="Export as .csv or .parquet",
        )
    try:
        # xlsxwriter insists on the ending; polars writes text that begins with = as text.
        workbook = temporary.with_name(f"{temporary.name}.xlsx")
        try:
            frame.write_excel(workbook, worksheet="synthetic")
            workbook.replace(temporary)
        finally:
            workbook.unlink(missing_ok=True)
    except ImportError as error:
        raise InputError(
            "writing .xlsx needs the package xlsxwriter",
            where=str(target),
            fix="Install it, or export as .csv or .parquet",
        ) from error
